# Where the host's programs are. The tests replace this file in their copy.
{path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";}
