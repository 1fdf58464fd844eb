# SPDX-License-Identifier: ISC
# Tree.pm - for the tests of the tree itself: its files, without what was built or fetched.
package Tree;
use strict;
use warnings;
use Exporter "import";
use File::Find;
our @EXPORT = qw(tree_files slurp $srcdir $builddir);

our $srcdir = $ENV{srcdir} // ".";
our $builddir = $ENV{builddir} // ".";

# Paths relative to the top of the source, of those that match.  What git does not track does not count, where there is git.
sub tree_files {
	my ($pattern) = @_;
	my @all;
	if (-e "$srcdir/.git" && open(my $git, "-|", "git", "-c", "safe.directory=*", "-C", $srcdir, "ls-files", "-z")) {
		local $/ = "\0";
		chomp(@all = <$git>);
		close $git;
	}
	if (!@all) {
		find({no_chdir => 1, wanted => sub {
			my $name = substr($File::Find::name, length($srcdir) + 1) // "";
			if (-d && $name =~ m{^(build|\.git|autom4te\.cache|build-aux|m4)$|(^|/)(\.deps|node_modules|__pycache__)$|/_build$}) {
				$File::Find::prune = 1;
			} elsif (-f && $name !~ m{^(configure|config\.h\.in|aclocal\.m4|Makefile\.in)~?$}) {
				push @all, $name;
			}
		}}, $srcdir);
	}
	return sort grep { $_ =~ $pattern && -f "$srcdir/$_" && !-l "$srcdir/$_" } @all;
}

sub slurp {
	my ($name) = @_;
	local $/;
	open(my $f, "<", "$srcdir/$name") or die "$name: $!\n";
	return scalar <$f> // "";
}

1;
