#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# man.t - manual pages without warnings, and with the sections that an administrator looks for.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

my @pages = tree_files(qr{^man/.*\.[1-8]$});
cmp_ok(scalar(@pages), ">=", 2, "found the pages");
chomp(my $mandoc = `command -v mandoc 2>/dev/null`);
for my $page (@pages) {
	SKIP: {
		skip "no mandoc", 1 unless $mandoc;
		# a missing base system's page is none of ours
		my $out = join "", grep { !/outdated mandoc\.db/ } `mandoc -Tlint -Wwarning $srcdir/$page 2>&1`;
		is($out, "", "$page: mandoc has nothing to say");
	}
	my $text = slurp($page);
	my @want = $page =~ /\.8$/ ? ("SIGNALS", "FILES", "EXIT STATUS", "EXAMPLES") : ("FILES", "EXAMPLES");
	is(join(" ", grep { $text !~ /^\.Sh $_$/m } @want), "", "$page: has @want");
}
done_testing();
