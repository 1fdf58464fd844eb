#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# tree.t - what is in the tree is in the distribution: every source is named by a makefile, every script among the tests is run.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

# the makefiles, with the names that automake would put in for the directory
my %named;
for my $mk ("Makefile.am", tree_files(qr{/local\.mk$})) {
	my $dir = $mk =~ m{^(.*)/} ? $1 : ".";
	(my $text = slurp($mk)) =~ s/^#.*//mg;
	$text =~ s/\\\n/ /g;
	$text =~ s/%D%|%reldir%/$dir/g;
	$text =~ s/\$\(srcdir\)\///g;
	$named{$_} = 1 for split /[\s=]+/, $text;
}
# a directory that is named ships all that is in it
sub named {
	my ($file) = @_;
	return 1 if $named{$file};
	while ($file =~ s{/[^/]*$}{}) {
		return 1 if $named{$file} && $file =~ m{/};
	}
	return 0;
}

my @sources = tree_files(qr{^(src|include|t|etc)/.*\.[ch]$});
is(join("\n", grep { !named($_) } @sources), "", "every C source is named in a local.mk");
my @scripts = tree_files(qr{^t/.*\.t$});
is(join("\n", grep { !named($_) } @scripts), "", "every test is named in a local.mk");
is(join("\n", grep { !-x "$srcdir/$_" } @scripts), "", "and can be run");
my @gone = grep { my $t = $_; m{^t/.*\.t$} && !grep { -e "$srcdir/$_" } $t, $t =~ s/\.t$/-t.c/r, $t =~ s/\.t$/.c/r } sort keys %named;
is(join("\n", @gone), "", "every test that is named is there");
my @other = grep { !/\.(c|h|t|mk)$/ && !/^(Makefile\.am|configure\.ac|\.|build-aux)/ } tree_files(qr{.});
is(join("\n", grep { !named($_) } @other), "", "everything else is distributed, too");
done_testing();
