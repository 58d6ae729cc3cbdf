#!/usr/bin/env bash
# migrate: a phase of the migration from containers, through the migrate machine. See docs/migration.md.

# shellcheck disable=SC2034,SC2153 # The parts of operate share these variables.

operate_migrate_machine() { # PHASE
  case $1 in
    prepare | parallel | cutover | cleanup | undo | status) ;;
    *) fail 2 "'$1' is no phase: prepare, parallel, cutover, cleanup, undo, status" ;;
  esac
  [[ -z $PARALLEL_PORT || $PARALLEL_PORT =~ ^[0-9]{1,5}$ ]] || fail 2 "--parallel-port: '$PARALLEL_PORT' is no port"
  deploy_request deploy "$PRIVATE/deploy"
  jq --arg environment "$ENVIRONMENT" --arg phase "$1" --arg port "$PARALLEL_PORT" \
    '{environment: $environment, phase: $phase, containers: $ARGS.positional, deploy: del(.operation)}
      + (if .application_path then {application_path} else {} end)
      + (if $port == "" then {} else {parallel_port: ($port | tonumber)} end)' \
    "$PRIVATE/deploy" --args "${CONTAINERS[@]}" >"$PRIVATE/input"
  operate_machine migrate "migrate-$1"
}

# What a phase found or did: from $PRIVATE/output, below the lines every outcome has.
tell_migration() {
  jq -r '
    (.report // {}) as $report | (.migration // {}) as $migration
    | ($report.containers // [] | .[]
        | if type == "string" then "  container  \(.) is back" else
          "  container  \(.name) of \(.image), \(if .running then "runs" else "is stopped" end), restart \(.restart)"
          + (if .environment.env_content.present then ", has ENV_CONTENT" else "" end) end),
      ($report.warnings // [] | .[] | "  warning    \(.)"),
      ($report.file // empty | "  inventory  \(.)"),
      (if $report.archive then "  archive    \($report.archive), \($report.files) files",
        ($report.removed | to_entries[] | "  removed    \(.key) \(.value | join(" "))"),
        "  kept       volumes \($report.kept_volumes | join(" "))" else empty end),
      (if ($report.kept // "") != "" then "  kept       \($report.kept) has what was written since" else empty end),
      (if $migration.phase then "  phase      \($migration.phase), \(if $migration.well then "well" else "not well" end)",
        ($migration.containers[] | "  container  \(.name) \(if .running then "runs" else "is stopped" end)"),
        ($migration.container_health[] | "  container  \(.url) answered \(.status) in \(.milliseconds) ms"),
        (if $migration.python.release != "" then "  python     release \($migration.python.release), \($migration.python.mode), "
          + (if $migration.python.healthy then "healthy" else "not healthy" end)
          + ", answered in \($migration.python.milliseconds) ms" else empty end) else empty end)' "$PRIVATE/output"
}
