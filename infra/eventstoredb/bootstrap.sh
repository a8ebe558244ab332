#!/bin/sh
# The service's user, the passwords of the built-in users, and the ACLs: the service may read and append, and may neither delete a stream nor write
# its metadata. Safe to run again. Needs EVENTSTORE_ADMIN_PASSWORD, EVENTSTORE_OPS_PASSWORD and EVENTSTORE_SERVICE_PASSWORD.
set -eu
: "${EVENTSTORE_ADMIN_PASSWORD:?}" "${EVENTSTORE_OPS_PASSWORD:?}" "${EVENTSTORE_SERVICE_PASSWORD:?}"
ca=${EVENTSTORE_CA:-/ca/ca.crt}
for password in "$EVENTSTORE_ADMIN_PASSWORD" "$EVENTSTORE_OPS_PASSWORD" "$EVENTSTORE_SERVICE_PASSWORD"; do
  # They stand in JSON and in a URL below and in EVENTSTORE_URL.
  case $password in *[!A-Za-z0-9._~-]*) echo 'A password may have letters, digits and . _ ~ - alone.' >&2; exit 1 ;; esac
done
call() { curl --silent --show-error --cacert "$ca" --max-time 10 "$@"; }
status() { call --output /dev/null --write-out '%{http_code}' "$@"; }
json='Content-Type: application/json'

# A new node has the built-in users admin and ops with a password that everybody knows: they change first.
for user in ops admin; do
  case $user in admin) new=$EVENTSTORE_ADMIN_PASSWORD ;; *) new=$EVENTSTORE_OPS_PASSWORD ;; esac
  if [ "$(status --user "$user:changeit" "$EVENTSTORE_HTTP/users/$user")" = 200 ]; then
    call --fail --user admin:changeit --request POST --header "$json" \
      --data "{\"newPassword\":\"$new\"}" "$EVENTSTORE_HTTP/users/$user/command/reset-password" >/dev/null
  fi
done
admin="admin:$EVENTSTORE_ADMIN_PASSWORD"

if [ "$(status --user "$admin" "$EVENTSTORE_HTTP/users/caseledger")" = 404 ]; then
  call --fail --user "$admin" --request POST --header "$json" \
    --data "{\"loginName\":\"caseledger\",\"fullName\":\"Caseledger service\",\"groups\":[],\"password\":\"$EVENTSTORE_SERVICE_PASSWORD\"}" \
    "$EVENTSTORE_HTTP/users/" >/dev/null
fi

event() { # stream, type, data; the id derives from the content, so that a second run writes nothing new
  id=$(printf '%s' "$1$2$3" | sha256sum | sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)\(.\{12\}\).*/\1-\2-4\3-8\4-\5/')
  call --fail --user "$admin" --request POST --header "$json" --header "ES-EventType: $2" --header "ES-EventId: $id" \
    --data "$3" "$EVENTSTORE_HTTP/streams/$1" >/dev/null
}
event '%24settings' settings '{"$userStreamAcl":{"$r":"caseledger","$w":"caseledger","$d":"$admins","$mr":["$admins","caseledger"],"$mw":"$admins"},"$systemStreamAcl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}'
event '%24%24%24all' '$metadata' '{"$acl":{"$r":["$admins","caseledger"],"$mr":["$admins","caseledger"],"$mw":"$admins"}}'
echo 'EventStoreDB is set up for Caseledger.'
