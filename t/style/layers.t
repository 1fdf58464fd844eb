#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# layers.t - includes point downward only: base < shm, proto, repl < store, meta < proc < the process directories, none of
# which includes another's headers.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

my %rank = (base => 0, shm => 1, proto => 1, repl => 1, store => 2, meta => 2, proc => 3);
my $process = 4;

sub layer_of {
	my ($path) = @_;
	return $path =~ m{^(?:src|include/odradek)/([^/]+)/} ? $1 : undef;
}

my ($files, @bad) = (0);
for my $file (tree_files(qr{^(src|include/odradek)/.*\.[ch]$})) {
	my $layer = layer_of($file);
	my $mine = $rank{$layer} // $process;
	my $system_done = 0;
	$files++;
	my $text = slurp($file);
	while ($text =~ m{^\s*#\s*include\s+"([^"]+)"}mg) {
		my $header = $1;
		if ($header =~ m{^odradek/([^/]+)/}) {
			my $theirs = $rank{$1} // $process;
			next if $1 eq $layer || $theirs < $mine;
			push @bad, "$file includes $header: $1 is not below $layer";
		} elsif ($header =~ m{^(tbl/|config\.h$)}) {
			next;
		} elsif ($header =~ m{^\.\.}) {
			push @bad, "$file includes $header: another directory's private header";
		} elsif (!grep { -f "$srcdir/$_/$header" } $file =~ m{^(.*)/}) {
			push @bad, "$file includes $header, which is not beside it";
		}
	}
	push @bad, "$file does not include config.h first"
		if $file =~ /^src.*\.c$/ && $text =~ m{^\s*#\s*include\s+(\S+)}m && $1 ne '"config.h"' && $file !~ m{/gen/};
}
cmp_ok($files, ">", 50, "found the sources");
is(join("\n", @bad), "", "includes point downward only");
done_testing();
