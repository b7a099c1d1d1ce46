#!/usr/bin/env bash
# Run once by the postgres image, on an empty volume: the roles of ARCHITECTURE's invariant 6 and the database.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=owner_password="$CX_OWNER_PASSWORD" --set=app_password="$CX_APP_PASSWORD" <<'SQL'
CREATE ROLE cx_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE cx_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE cx OWNER cx_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';
REVOKE ALL ON DATABASE cx FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE cx TO cx_app;
SQL
