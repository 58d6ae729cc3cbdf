# shellcheck shell=bash
# races: 2 to 8 contenders request the lock at the same moment, each in a process of its own, in as many rounds as the argument.
# Prints for each round {"answers":[…],"loser":{…},"lock":{…}}: the answer to each contender, the answer to a loser that
# releases the lock of the winner, and the lock afterwards.
cd /root || exit
export SSM_ApplicationPath=/opt/crypto-robot SSM_Environment=race.local SSM_Phase=0 SSM_Lifetime=execution
export SSM_KeepUntilReboot=false IN_STEP_UNIT=crypto-robot-step-race
owner=arn:aws:states:eu-west-1:000000000000:execution:crypto-robot-deploy:contender
from=''

# Prints the last line of the output of a step.
step() { bash "/root/$1.sh" 2>>errors | tail -n 1; }

for ((race = 1; race <= $1; race++)); do
  contenders=$((2 + race % 7))
  exec {start}>start
  flock "$start"
  for ((i = 1; i <= contenders; i++)); do
    # All wait for the same shared flock, so they start at the same moment.
    (exec {start}>&-; flock --shared start true; SSM_Owner=$owner-$race-$i SSM_Generation=0 SSM_StealFrom=$from step acquire-lock >"answer-$i") &
  done
  exec {start}>&-
  wait
  [[ -f /var/lib/crypto-robot-deployer/lock ]] || { cat answer-* errors; exit 1; }
  lock=$(</var/lib/crypto-robot-deployer/lock)
  [[ $lock =~ \"owner\":\"([^\"]+)\",\"generation\":([0-9]+) ]]
  winner=${BASH_REMATCH[1]} generation=${BASH_REMATCH[2]} loser=$owner-$race-1
  [[ $winner != "$loser" ]] || loser=$owner-$race-2
  answer=$(SSM_Owner=$loser SSM_Generation=$generation step release-lock)
  printf '{"answers":[%s],"loser":%s,"lock":%s}\n' "$(cat answer-* | paste -sd ,)" "$answer" "$(</var/lib/crypto-robot-deployer/lock)"
  rm answer-*
  if ((race % 2)); then
    from="$generation $winner"
  else
    SSM_Owner=$winner SSM_Generation=$generation step release-lock >/dev/null
    from=''
  fi
done
