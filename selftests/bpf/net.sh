# SPDX-License-Identifier: GPL-2.0
#
# A pair of virtual Ethernet devices, jb0 here and jb1 in a namespace of its
# own, with IPv4, IPv6 and VLAN 7. Source it after module.sh.

NETNS=jit_bpf

net_up() {
	modprobe veth && modprobe 8021q || return 1
	ip link set lo up
	ip netns add $NETNS
	ip link add jb0 address 02:00:00:09:00:01 type veth \
		peer name jb1 address 02:00:00:09:00:02 netns $NETNS

	# Nobody speaks unless spoken to.
	sysctl -qw net.ipv6.conf.jb0.accept_ra=0 net.ipv6.conf.jb0.router_solicitations=0 \
		net.ipv6.conf.jb0.addr_gen_mode=1
	ip netns exec $NETNS sysctl -qw net.ipv6.conf.jb1.accept_ra=0 \
		net.ipv6.conf.jb1.router_solicitations=0 net.ipv6.conf.jb1.addr_gen_mode=1

	ip address add 10.9.0.1/24 dev jb0
	ip address add fd09::1/64 dev jb0 nodad
	ip link set jb0 up
	ip link add link jb0 name jb0.7 type vlan id 7
	ip address add 10.9.7.1/24 dev jb0.7
	ip link set jb0.7 up

	ip -n $NETNS address add 10.9.0.2/24 dev jb1
	ip -n $NETNS address add fd09::2/64 dev jb1 nodad
	ip -n $NETNS link set lo up
	ip -n $NETNS link set jb1 up
	ip -n $NETNS link add link jb1 name jb1.7 type vlan id 7
	ip -n $NETNS address add 10.9.7.2/24 dev jb1.7
	ip -n $NETNS link set jb1.7 up

	# Addresses are known for good, so that nobody asks in between.
	ip neigh replace 10.9.0.2 lladdr 02:00:00:09:00:02 dev jb0
	ip neigh replace fd09::2 lladdr 02:00:00:09:00:02 dev jb0
	ip neigh replace 10.9.7.2 lladdr 02:00:00:09:00:02 dev jb0.7
	ip -n $NETNS neigh replace 10.9.0.1 lladdr 02:00:00:09:00:01 dev jb1
	ip -n $NETNS neigh replace fd09::1 lladdr 02:00:00:09:00:01 dev jb1
	ip -n $NETNS neigh replace 10.9.7.1 lladdr 02:00:00:09:00:01 dev jb1.7
}

net_down() {
	ip link del jb0 2>/dev/null
	ip netns del $NETNS 2>/dev/null
}
