#!/usr/bin/perl
use strict;
use warnings;

my $user = getpwuid($<);
open my $file, '<', '/etc/greeting' or die "/etc/greeting: $!";
my $built = <$file>;
print "$ENV{GREETING}, @ARGV! I am $user, $built";
