#!/bin/bash
# Real servers on loopback for the tests, each with its own data folder and pid, stopped by that pid only.
#
#   scripts/services.sh start|stop|status [mariadb] [mail]      default: both
#
# Installs from the package registries what is missing. Data: $ZARO_SERVICES (default: .zaro-services in this clone).
#   mariadb  MariaDB 10.11 (Debian) on 127.0.0.1:$MARIADB_PORT (13306); user zaro, password zaro-dev
#   mail     MailDev (npm) on SMTP 127.0.0.1:$SMTP_PORT (11025), HTTP $MAIL_WEB_PORT (11080)
set -euo pipefail
cd "$(dirname "$0")/.."
HOME_OF_ALL=${ZARO_SERVICES:-$PWD/.zaro-services}

alive() { [ -s "$1/pid" ] && kill -0 "$(cat "$1/pid")" 2>/dev/null; }

# Waits for a condition, at most as many tenths of a second as said.
wait_for() {
    local tenths=$1; shift
    for _ in $(seq "$tenths"); do "$@" && return 0; sleep 0.1; done
    return 1
}

stop_one() {
    local folder=$HOME_OF_ALL/$1
    if alive "$folder"; then
        kill "$(cat "$folder/pid")"
        gone() { ! alive "$folder"; }
        wait_for 300 gone || { echo "$1 does not stop, pid $(cat "$folder/pid")" >&2; return 1; }
    fi
    rm -f "$folder/pid"
    echo "$1 stopped"
}

start_mariadb() {
    local folder=$HOME_OF_ALL/mariadb port=${MARIADB_PORT:-13306}
    if ! command -v mariadbd >/dev/null; then
        apt-get update -qq >/dev/null
        RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=400 install -y -qq --no-install-recommends mariadb-server >/dev/null
    fi
    if ! alive "$folder"; then
        if [ ! -d "$folder/data/mysql" ]; then
            mkdir -p "$folder/data"
            chown -R mysql:mysql "$folder"
            # The server drops root by itself and must reach its folder.
            chmod a+x "$HOME_OF_ALL"
            mariadb-install-db --no-defaults --user=mysql --datadir="$folder/data" \
                --auth-root-authentication-method=socket --skip-test-db >"$folder/install.log" 2>&1
        fi
        # Tests make and drop databases all the time: nothing of them must survive a power cut.
        setsid nohup mariadbd --no-defaults --user=mysql --datadir="$folder/data" --socket="$folder/sock" \
            --pid-file="$folder/pid" --bind-address=127.0.0.1 --port="$port" --skip-log-bin --skip-name-resolve \
            --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci --max-connections=300 \
            --innodb-buffer-pool-size=512M --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 \
            --default-time-zone=+00:00 >"$folder/log" 2>&1 </dev/null &
        up() { mariadb-admin --no-defaults -S "$folder/sock" -u root ping >/dev/null 2>&1; }
        wait_for 600 up || { echo "mariadb is not up, see $folder/log" >&2; return 1; }
        mariadb --no-defaults -S "$folder/sock" -u root -e "
            CREATE DATABASE IF NOT EXISTS zaro CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
            CREATE USER IF NOT EXISTS 'zaro'@'127.0.0.1' IDENTIFIED BY 'zaro-dev';
            GRANT ALL ON *.* TO 'zaro'@'127.0.0.1';"
    fi
    echo "mariadb ready: mysql://zaro:zaro-dev@127.0.0.1:$port/zaro"
}

start_mail() {
    local folder=$HOME_OF_ALL/mail smtp=${SMTP_PORT:-11025} web=${MAIL_WEB_PORT:-11080}
    mkdir -p "$folder"
    if [ ! -f "$folder/node_modules/maildev/dist/bin/maildev.js" ]; then
        (cd "$folder" && npm init -y >/dev/null && npm install --no-audit --no-fund maildev@3.0.0 >/dev/null)
    fi
    if ! alive "$folder"; then
        setsid nohup node "$folder/node_modules/maildev/dist/bin/maildev.js" --ip 127.0.0.1 --smtp "$smtp" \
            --web-ip 127.0.0.1 --web "$web" >"$folder/log" 2>&1 </dev/null &
        echo $! >"$folder/pid"
        up() { (exec 3<>"/dev/tcp/127.0.0.1/$smtp") 2>/dev/null && (exec 3<>"/dev/tcp/127.0.0.1/$web") 2>/dev/null; }
        wait_for 300 up || { echo "mail is not up, see $folder/log" >&2; return 1; }
    fi
    echo "mail ready: smtp://127.0.0.1:$smtp, http://127.0.0.1:$web"
}

verb=${1:-status}
shift || true
[ $# -gt 0 ] || set -- mariadb mail
for name in "$@"; do
    case $name in mariadb | mail) ;; *) echo "no service $name; there are: mariadb mail" >&2; exit 2 ;; esac
    case $verb in
    start) "start_$name" ;;
    stop) stop_one "$name" ;;
    status) if alive "$HOME_OF_ALL/$name"; then echo "$name up, pid $(cat "$HOME_OF_ALL/$name/pid")"; else echo "$name down"; fi ;;
    *) echo "usage: scripts/services.sh start|stop|status [mariadb] [mail]" >&2; exit 2 ;;
    esac
done
