#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# durability.t - each statement of odradek-durability(7) names a test, and that test is there and is run.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

my ($in, $item, %tests, @without);
sub leave { push @without, $item if defined $item && !delete $in->{named}; undef $item }
for (split /\n/, slurp("man/odradek-durability.7")) {
	last if /^\.Sh FILES/;
	if (/^\.(It|Ss) (.*)/) {
		leave() if defined $item;
		$in = {};
		$item = $1 eq "It" || $2 =~ /^Files/ ? $2 : undef;
	} elsif (/^\.\\" test: (\S+)$/) {
		$tests{$1} = 1;
		$in->{named} = 1;
	}
}
leave() if defined $item;
is(join("\n", @without), "", "every statement names a test");
cmp_ok(scalar(keys %tests), ">=", 8, "found the tests");
my $all = join "", map { slurp($_) } tree_files(qr{^t/.*local\.mk$});
for my $test (sort keys %tests) {
	ok(-e "$srcdir/$test", "$test is there");
	my ($name) = $test =~ m{([^/]+)$};
	like($all, qr/\Q$name\E/, "... and is run");
}
done_testing();
