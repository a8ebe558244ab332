#!/bin/sh
# Run once by the postgres image, when it makes the database: the login that the service uses. What it may do, migrations grant to the
# role caseledger_service, whose member it is.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$CASELEDGER_DB_SERVICE_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE caseledger_service NOLOGIN;
CREATE ROLE caseledger_login LOGIN PASSWORD :'password' IN ROLE caseledger_service;
SQL
