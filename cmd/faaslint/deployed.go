package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/faaslint/faaslint/internal/buildfile"
)

// delivering matches the words of a workflow that does something with what it builds.
var delivering = regexp.MustCompile(`(?i)deploy|aws lambda|upload|publish|release|registry|docker (buildx |image )?(build|push)|docker/build-push|\becr\b|aws s3|\bs3 cp|\bsam\b|\bcdk\b|serverless[ /]|terraform|pulumi|gcloud|\baz\b|zip\b`)

// keeping matches the words of a workflow that keeps what it builds for those who want to look at it.
var keeping = regexp.MustCompile(`(?i)upload[- ]([a-z]+ )*artifacts?`)

// output matches a command that builds what something is done with.
var output = regexp.MustCompile(`\bgo build\b.* -o[ =]`)

// ports matches an instruction of an image in which something listens.
var ports = regexp.MustCompile(`(?im)^\s*EXPOSE\s`)

// packing matches the commands by which a file brings what it builds to where it runs.
var packing = regexp.MustCompile(`(?im)(?:^|[^.\w-])(zip|build-lambda-zip|docker|podman|sam|cdk|sls|serverless|terraform|pulumi|gcloud|aws s3|s3 cp|aws lambda|update-function-code)(?:[^\w./-]|$)`)

// zipsAny matches a line that packs what only a run would tell.
var zipsAny = regexp.MustCompile(`(?:^|[^.\w-])zip\s.*[$*]`)

// deployedAsSources and deployedAsImages match what brings functions to Google Cloud: sources, which it builds by itself, or images.
var (
	deployedAsSources = regexp.MustCompile(`gcloud (beta |alpha )?functions deploy|deploy-cloud-functions`)
	deployedAsImages  = regexp.MustCompile(`gcloud (beta |alpha )?(run|builds submit --tag)|deploy-cloudrun|docker (image )?push|build-push-action`)
)

// lambdaImages matches what only files say that bring an image to Lambda.
var lambdaImages = regexp.MustCompile(`image[-_]uri|PackageType: *Image|package_type *= *"Image"|DockerImage(Function|Code)`)

// deploying matches the names of workflows that do not only check.
var deploying = regexp.MustCompile(`(?i)deploy|release|publish|^cd\b`)

// tearing matches the names of workflows that take down what others have deployed.
var tearing = regexp.MustCompile(`(?i)destroy|tear[-_]?down|undeploy|clean[-_]?up`)

// containers matches what only files for Cloud Run, Knative, OpenFaaS, Azure Functions, or Lambda's adapter for servers say.
var containers = regexp.MustCompile(`serving\.knative\.dev|gcloud (beta |alpha )?run |deploy-cloudrun|run\.googleapis\.com/|of-watchdog|openfaas|lambda-(web-)?adapter|functionapp|azure/functions-action`)

// An aimed is a command with the functions that it builds.
type aimed struct {
	*buildfile.Command
	file    string
	targets []*listedPackage
	image   bool // isFunctionImage
	exposes bool // the file is of an image in which something listens
	packs   bool // the file says that something is packed, or brought to a platform
	zipped  bool // a line says so of what the command builds
	bySAM   bool // sam build runs the command, of a makefile
}

// artifacts is the variable by which sam build tells a makefile where it looks for what that builds.
// See https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/building-custom-runtimes.html.
var artifacts = []byte("$(ARTIFACTS_DIR)")

// zips reports whether a line of a file packs a binary, or brings it to a platform. One that has zip pack what a variable or a
// pattern says may.
func zips(content []byte, out string) bool {
	name := filepath.Base(out)
	if out == "" || strings.Contains(name, buildfile.Unknown) {
		return packing.Match(content)
	}
	for line := range bytes.Lines(content) {
		if packing.Match(line) && slices.Contains(words(line), name) || zipsAny.Match(line) {
			return true
		}
	}
	return false
}

// words are the names of files and folders that stand in a line, among others, without the folders above.
func words(line []byte) []string {
	list := strings.FieldsFunc(string(line), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-/", r)
	})
	for i, word := range list {
		list[i] = path.Base(word)
	}
	return list
}

// isFunctionImage reports whether a file makes an image that a platform of functions runs. Other images may be for whoever
// works on the program.
func isFunctionImage(file string, content []byte) bool {
	return buildfile.KindOf(file) == buildfile.Docker && bytes.Contains(content, []byte("public.ecr.aws/lambda/"))
}

// delivers reports whether a workflow does something with what it builds: there are those that nobody runs, that only check
// whether everything can be built, and that take it all down again.
func (b *builds) delivers(file string, content []byte) bool {
	return filepath.Dir(file) == filepath.Join(b.top, ".github", "workflows") && delivering.Match(keeping.ReplaceAll(content, nil)) && !tearing.MatchString(filepath.Base(file))
}

// zipsInWorkflow reports whether the command builds for an archive, in a workflow, what another one builds.
func (a aimed) zipsInWorkflow(other aimed) bool {
	return a.inWorkflow() && a.isZip() && slices.Equal(a.targets, other.targets)
}

// inWorkflow reports whether the command stands in a workflow.
func (a aimed) inWorkflow() bool { return buildfile.KindOf(a.file) == buildfile.Workflow }

// inDeployment reports whether that workflow is called one that does not only check.
func (a aimed) inDeployment() bool {
	return a.inWorkflow() && deploying.MatchString(filepath.Base(a.file))
}

// isBootstrap reports whether the binary has the name that the runtimes provided.al2 and provided.al2023 ask for, and is for
// them: in an image any name will do.
func (a aimed) isBootstrap() bool { return !a.isImage() && filepath.Base(a.Out) == "bootstrap" }

// isZip reports whether the binary is for an archive.
func (a aimed) isZip() bool { return a.isBootstrap() || a.Via == "sam" }

// byTool reports whether a tool builds, of whose file a field stands for the command.
func (a aimed) byTool() bool { return a.Via != "" }

// isImage reports whether the binary goes into an image.
func (a aimed) isImage() bool { return buildfile.KindOf(a.file) == buildfile.Docker }

// packed reports whether the binary goes into an image, or into what a tool deploys.
func (a aimed) packed() bool { return a.byTool() || a.isImage() }

// forPlatform reports whether a command says that its binary is for another machine than this one.
func (a aimed) forPlatform() bool { return a.Cross || a.packed() }

// deploys reports whether platforms may run what a command builds. One that is for the machine at hand, in a file that brings
// it nowhere or beside commands that build for a platform, is for whoever works on the program, and so is what is built once
// more: for an image of its own, by a workflow or a tool, to be packed by another file, stripped, or with the name that a
// runtime asks for.
func (b *builds) deploys(a aimed, all []aimed) bool {
	beside := func(is func(aimed) bool) bool {
		return slices.ContainsFunc(all, func(other aimed) bool { return slices.Equal(other.targets, a.targets) && is(other) })
	}
	switch called := b.calledByWorkflow(a); {
	case !slices.ContainsFunc(a.targets, func(p *listedPackage) bool { return !b.serves(p, a) }):
		// A server of its own is a function in an image alone, where some file says which platform runs that as one, or in what a
		// tool for functions packs. One that is released is for whoever wants it.
		return (a.Via == "ko" || a.packed() && a.Via != "goreleaser" && b.platform) && !b.hasFunctions()
	case a.byTool():
		return true
	case !a.Stripped && beside(func(other aimed) bool { return other.Stripped }):
		return false
	case !a.bySAM && beside(func(other aimed) bool { return other.bySAM }):
		return false
	case a.isImage():
		return a.image || b.deploysImage(a) && !beside(aimed.isZip)
	case a.inWorkflow() && !a.inDeployment() && beside(aimed.inDeployment),
		!a.inWorkflow() && b.bundles,
		!called && (b.buildsAnything || beside(aimed.inWorkflow) || beside(aimed.byTool)),
		!called && !a.packs && beside(func(other aimed) bool { return other.packs && other.file != a.file }),
		!a.isBootstrap() && beside(aimed.isBootstrap),
		beside(func(other aimed) bool { return other.image }):
		return false
	}
	return a.Cross || a.zipped && !slices.ContainsFunc(all, aimed.forPlatform)
}

// deploysImage reports whether an image that is not made from one of Lambda's own may be brought to a platform.
func (b *builds) deploysImage(a aimed) bool {
	on := func(platform string) bool {
		return slices.ContainsFunc(a.targets, func(p *listedPackage) bool { return slices.Contains(b.platforms[p.ImportPath], platform) })
	}
	return (b.pushes || !on("aws-lambda")) && (!b.fromSource || !on("google-cloud"))
}

// calledByWorkflow reports whether a workflow that deploys may run a makefile or a script, or is where the command stands.
func (b *builds) calledByWorkflow(a aimed) bool {
	name := filepath.Base(a.file)
	switch kind := buildfile.KindOf(a.file); {
	case kind == buildfile.Make:
		name = "make"
	case strings.HasPrefix(name, "Taskfile."):
		name = "task"
	case kind != buildfile.Shell:
		return true
	}
	return bytes.Contains(b.workflows, []byte(name))
}

// serves reports whether a program is a server of its own in what a command builds. Some are one where no platform calls them:
// in an image that is not brought to Lambda, and in a binary that nobody packs for it.
func (b *builds) serves(p *listedPackage, a aimed) bool {
	platforms := b.platforms[p.ImportPath]
	switch {
	case !slices.Contains(platforms, "http"):
		return false
	case len(platforms) == 1 || a.isImage() && !a.image && (a.exposes || !b.lambdaImages):
		return true
	}
	return !a.packed() && !a.inWorkflow() && !a.isBootstrap() && !a.zipped
}

// hasFunctions reports whether a program below the same top is more than a server of its own.
func (b *builds) hasFunctions() bool {
	for path, p := range b.functions {
		if slices.ContainsFunc(b.platforms[path], func(name string) bool { return name != "http" }) && (p.Dir == b.top || strings.HasPrefix(p.Dir, b.top+string(filepath.Separator))) {
			return true
		}
	}
	return false
}

// runsGoBuild reports whether a tool builds what it deploys by itself: SST does, Terraform by a local command, and the CDK by a
// construct. See https://sst.dev/docs/component/aws/function and
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-lambda-go-alpha-readme.html.
func runsGoBuild(file string, content []byte) bool {
	switch filepath.Base(file) {
	case "cdk.json":
		return mentionsGoFunction(filepath.Dir(file))
	case "sst.json", "sst.config.ts":
		return true
	}
	return bytes.Contains(content, []byte("go build"))
}

// mentionsGoFunction reports whether the sources of an application of the CDK mention the construct that runs go build.
func mentionsGoFunction(folder string) (found bool) {
	filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "node_modules" || d.Name() == "cdk.out" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || !slices.Contains([]string{".ts", ".js", ".py", ".go"}, filepath.Ext(file)) {
			return nil
		}
		content, err := os.ReadFile(file)
		if found = err == nil && bytes.Contains(content, []byte("GoFunction(")); found {
			return fs.SkipAll
		}
		return nil
	})
	return found
}
