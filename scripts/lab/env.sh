# shellcheck shell=bash disable=SC2034
# Names and addresses of the laboratory, and the helpers its scripts share. Sourced, never run.
# Every address is from a documentation or benchmark range (RFC 5737, RFC 2544, RFC 3849). 192.0.2.0/24 and 203.0.113.0/24
# are not used: a machine may have real neighbours there. `up` refuses to start where one of ours is in use.
LAB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RT=${VEDETTE_LAB:-/var/lib/vedette-lab} # run-time state: configurations, data, logs, process ids
HOME4=198.51.100                        # the estate
HOME6=2001:db8:5100:
OUT6=2001:db8:f00d: # outside clients; their IPv4 addresses are in 198.19.113.0/24 and 198.18.128.0/17
# host: the last parts of its addresses
declare -A HOSTS=([www]="10 11" [www2]="20" [mail]="30" [dns]="40" [ssh]="80")
NETS4="198.51.100.0/24 198.18.0.0/15"
NETS6="2001:db8::/32"

lab_namespaces() { ip netns list | awk '/^(vl-|vc-)/ { print $1 }'; }
# No checksum or segmentation offload: the capture then holds what a wire would, true checksums and frames of 1,514 bytes.
without_offload() { ip netns exec "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null 2>&1 || true; }
