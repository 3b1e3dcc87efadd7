# Read by interactive shells, in both kinds of sandbox, so that a transcript looks the same.
PS1='\u@\h:\w\$ '
