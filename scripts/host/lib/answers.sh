# answers.sh: the answers of the steps that may be delivered again after their owner has released the lock.
#
# Such a step prints the answer of its first run again and changes nothing. So an answer that was lost on its way is not lost, and a
# copy that arrives late neither fails nor takes the lock. $DEPLOYER/answers has one answer a line, the newest last:
# <owner> <generation> <phase> <step> <held|released> <answer>; released means that the lock was released with this answer.
readonly KEPT_ANSWERS=20

# keep_answer GENERATION held|released ANSWER: call it under the lock. A disk that is full does not make the step fail.
keep_answer() {
  {
    tail -n "$((KEPT_ANSWERS - 1))" "$DEPLOYER/answers" 2>/dev/null || true
    printf '%s %s %s %s %s %s\n' "$SSM_Owner" "$1" "$((10#$SSM_Phase))" "$STEP" "$2" "$3"
  } | write_file "$DEPLOYER/answers" 600 || log 'the answer is not kept for a second delivery'
}

# Sets earlier_generation, earlier_lock and earlier_answer from the last answer to this owner for this step and phase. Fails if
# there is none.
read_earlier_answer() {
  local owner generation phase step lock answer
  earlier_generation='' earlier_lock='' earlier_answer=''
  [[ -f $DEPLOYER/answers ]] || return 1
  while read -r owner generation phase step lock answer; do
    [[ $owner == "$SSM_Owner" && $step == "$STEP" && $phase == "$((10#$SSM_Phase))" ]] || continue
    earlier_generation=$generation earlier_lock=$lock earlier_answer=$answer
  done <"$DEPLOYER/answers"
  [[ -n $earlier_answer ]]
}

# read_own_release GENERATION: sets release_step and release_phase if this owner itself released the lock of that generation.
read_own_release() {
  local owner generation phase step lock _
  release_step='' release_phase=''
  [[ -f $DEPLOYER/answers ]] || return 1
  while read -r owner generation phase step lock _; do
    [[ $owner == "$SSM_Owner" && $generation == "$1" && $lock == released ]] || continue
    release_step=$step release_phase=$phase
  done <"$DEPLOYER/answers"
  [[ -n $release_step ]]
}
