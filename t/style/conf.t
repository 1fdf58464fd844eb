#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# conf.t - the shipped configuration and its manual page are those of the table of settings, and the daemon takes them.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

my $print = "$builddir/etc/print-params";
my $daemon = $ENV{ODRADEKD} // "$builddir/odradekd";
my $dir = tempdir(CLEANUP => 1);

SKIP: {
	skip "print-params is not built", 2 unless -x $print;
	is(slurp("etc/odradek.conf"), scalar `$print conf`, "etc/odradek.conf is current (make regen-conf)");
	my ($table) = slurp("man/odradek.conf.5") =~ /^\.\\" begin of the table\n(.*)^\.\\" end of the table$/ms;
	is($table, scalar `$print man`, "the table in odradek.conf.5 is current (make regen-conf)");
}

my @params = slurp("include/tbl/params.h") =~ /^PARAM\(\s*\w+\s*,\s*"([^"]+)"/mg;
cmp_ok(scalar(@params), ">", 60, "found the settings");
my ($conf, $man) = (slurp("etc/odradek.conf"), slurp("man/odradek.conf.5"));
is(join(" ", grep { $conf !~ /^#\Q$_\E =/m } @params), "", "each is in etc/odradek.conf");
is(join(" ", grep { $man !~ /^\.It Ic \Q$_\E /m } @params), "", "each is in odradek.conf.5");

SKIP: {
	skip "odradekd is not built", 4 unless -x $daemon;
	# everything that is commented out is taken when it is not
	(my $all = $conf) =~ s/^#(?=\S+ =)//mg;
	open(my $f, ">", "$dir/all.conf") or die;
	print $f $all;
	close $f;
	my $out = `$daemon -n -f $srcdir/etc/odradek.conf 2>&1`;
	is($?, 0, "the shipped file is in order") or diag($out);
	$out = `$daemon -n -f $dir/all.conf 2>&1`;
	is($?, 0, "and with everything in it set to its default") or diag($out);
	my $printed = `$daemon -nv -f $dir/all.conf 2>$dir/err`;
	open($f, ">", "$dir/printed.conf") or die;
	print $f $printed;
	close $f;
	my $again = `$daemon -nv -f $dir/printed.conf 2>$dir/err`;
	is($?, 0, "what -nv prints is taken again");
	my $values = sub { join "", grep { !/^#/ } split /^/, $_[0] };
	is($values->($again), $values->($printed), "with the same effect");
}
done_testing();
