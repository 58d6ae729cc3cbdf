#!/usr/bin/env bash
# read-drift: compare what runs with what was deployed.
#
# Promise: reads only, needs no lock, and disturbs no deployment. Looked at are the files of the release against its commit, its
# environment, links and .env, units and services, processes and listening ports of the application's user, the packet filter
# and the certificate; what is kept in persistent paths is the robot's own and no drift. Each difference is named, with one
# command that mends it. Of .env no content is read aloud: a digest that only root can read is compared. News is a set of
# differences other than the one told last. While somebody else holds the lock nothing is judged.
# Prints {"release","mode","protocol","judged","count","drift":[{"what","said","mend"}],"headline","said","next","news","told"}.
#
# Parameter Environment ^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$ The environment this instance bears, for the commands.
# Timeout 180
# Uses lock.sh history.sh unit.sh manifest.sh told.sh environment.sh isolated.sh repository.sh mirror.sh release-files.sh drift.sh
current=$(current_release)
finished "$current" || current=''
read_lock
judged=false drift='[]'
: >"$WORK/changed-files"
if [[ -n $current && -z $lock_owner ]]; then
  drift=$(drift_of "$current" "${SSM_Environment:?}")
  read_lock
  # A deployment may have begun to change things under the look.
  if [[ -z $lock_owner && $(current_release) == "$current" ]]; then judged=true; else drift='[]'; fi
fi
mode='' protocol=''
[[ -z $current ]] || { read -r mode && read -r protocol; } < <(manifest_fields "$current" mode protocol) || true
answer=$(python3 -ISc '
import hashlib, json, sys
drift, judged, release, mode, protocol, was, unknown = sys.argv[1:]
drift, judged = json.loads(drift), judged == "true"
count = len(drift)
names = ", ".join(dict.fromkeys(one["what"] for one in drift))
told = ""
if judged:
    text = "\n".join("%s %s" % (one["what"], one["said"]) for one in drift)
    told = "%d %s" % (count, hashlib.sha256(text.encode()).hexdigest()[:16])
if not release:
    said = "nothing is deployed"
elif not judged:
    said = "another run is at work on this instance; nothing was compared"
elif count:
    said = "%d differences from what was deployed: %s" % (count, names)
else:
    said = "what runs is what was deployed"
if judged and unknown:
    said += "; its files were not compared: " + unknown
print(json.dumps({
    "release": release, "mode": mode, "protocol": protocol,
    "judged": judged, "count": count, "drift": drift[:40],
    "headline": ("drift: " + names)[:80] if count else "no drift any more",
    "said": said, "next": "operate drift names each difference with the command that mends it" if count else "nothing",
    "news": judged and told != was and (count > 0 or was[:2] not in ("", "0 ")), "told": told,
}, ensure_ascii=False))' "$drift" "$judged" "$current" "$mode" "$protocol" "$(told_about check-drift)" \
  "$(sed -n '1s/^? //p' "$WORK/changed-files")")
result "$answer"
