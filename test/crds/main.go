// Checks CustomResourceDefinitions, and objects against them, with the API server's own code.
//
//	go run . MANIFEST...
//
// A manifest is a YAML file or a folder of them. Its CustomResourceDefinitions are checked first; of its other objects
// those count whose kind one of the definitions has. Every fault is reported on a line of its own, with the file and the
// field; any makes the status 1.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	definitionvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	objectvalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// served is one version of a kind, as the API server holds it.
type served struct {
	structural *schema.Structural
	validator  objectvalidation.SchemaValidator
	rules      *cel.Validator // nil without x-kubernetes-validations
}

type checker struct {
	kinds  map[string]served // by apiVersion and kind
	faults int
	counts struct{ definitions, objects int }
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: go run . MANIFEST...")
		os.Exit(2)
	}
	c := &checker{kinds: map[string]served{}}
	for _, manifest := range os.Args[1:] {
		c.each(manifest, c.definition)
	}
	for _, manifest := range os.Args[1:] {
		c.each(manifest, c.object)
	}
	fmt.Printf("%d definitions, %d objects, %d faults\n", c.counts.definitions, c.counts.objects, c.faults)
	if c.faults > 0 || c.counts.definitions == 0 {
		os.Exit(1)
	}
}

func (c *checker) fault(file string, format string, values ...any) {
	c.faults++
	fmt.Printf("%s: %s\n", file, fmt.Sprintf(format, values...))
}

// each hands on every document of the YAML files at and below a path.
func (c *checker) each(root string, take func(file string, document []byte)) {
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".yaml") {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return documents(content, func(document []byte) { take(file, document) })
	})
	if err != nil {
		c.fault(root, "%v", err)
	}
}

func documents(content []byte, take func([]byte)) error {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		take(document)
	}
}

// definition validates a CustomResourceDefinition as the API server does when it is created, and keeps its kinds.
func (c *checker) definition(file string, document []byte) {
	if !isDefinition(document) {
		return
	}
	c.counts.definitions++
	var versioned v1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(document, &versioned); err != nil {
		c.fault(file, "%v", err)
		return
	}
	v1.SetDefaults_CustomResourceDefinition(&versioned)
	v1.SetDefaults_CustomResourceDefinitionSpec(&versioned.Spec)
	var internal apiextensions.CustomResourceDefinition
	if err := v1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(&versioned, &internal, nil); err != nil {
		c.fault(file, "%v", err)
		return
	}
	// As the strategy for new definitions does.
	for _, version := range internal.Spec.Versions {
		if version.Storage {
			internal.Status.StoredVersions = []string{version.Name}
		}
	}
	for _, fault := range definitionvalidation.ValidateCustomResourceDefinition(context.Background(), &internal) {
		c.fault(file, "%v", fault)
	}
	for _, version := range versioned.Spec.Versions {
		c.serve(file, &versioned, version)
	}
}

func isDefinition(document []byte) bool {
	var object struct {
		Kind string `json:"kind"`
	}
	return yaml.Unmarshal(document, &object) == nil && object.Kind == "CustomResourceDefinition"
}

func (c *checker) serve(file string, definition *v1.CustomResourceDefinition, version v1.CustomResourceDefinitionVersion) {
	var props apiextensions.JSONSchemaProps
	if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &props, nil); err != nil {
		c.fault(file, "%v", err)
		return
	}
	structural, err := schema.NewStructural(&props)
	if err != nil {
		c.fault(file, "%v", err)
		return
	}
	validator, _, err := objectvalidation.NewSchemaValidator(&props)
	if err != nil {
		c.fault(file, "%v", err)
		return
	}
	c.patterns(file, &props)
	apiVersion := definition.Spec.Group + "/" + version.Name
	c.kinds[apiVersion+" "+definition.Spec.Names.Kind] = served{structural, validator, cel.NewValidator(structural, true, celconfig.PerCallLimit)}
}

// patterns are not compiled before an object needs them: a faulty one would refuse every object.
func (c *checker) patterns(file string, props *apiextensions.JSONSchemaProps) {
	walk(props, func(each *apiextensions.JSONSchemaProps) {
		if _, err := regexp.Compile(each.Pattern); err != nil {
			c.fault(file, "%v", err)
		}
	})
}

func walk(props *apiextensions.JSONSchemaProps, visit func(*apiextensions.JSONSchemaProps)) {
	visit(props)
	for _, property := range props.Properties {
		walk(&property, visit)
	}
	for _, list := range [][]apiextensions.JSONSchemaProps{props.AllOf, props.AnyOf, props.OneOf} {
		for _, option := range list {
			walk(&option, visit)
		}
	}
	if props.Not != nil {
		walk(props.Not, visit)
	}
	if props.Items != nil && props.Items.Schema != nil {
		walk(props.Items.Schema, visit)
	}
	if props.AdditionalProperties != nil && props.AdditionalProperties.Schema != nil {
		walk(props.AdditionalProperties.Schema, visit)
	}
}

// object validates an object as the API server does when it is created with strict field validation.
func (c *checker) object(file string, document []byte) {
	object := map[string]any{}
	if err := utilyaml.Unmarshal(document, &object); err != nil {
		c.fault(file, "%v", err)
		return
	}
	kind, known := c.kinds[fmt.Sprintf("%v %v", object["apiVersion"], object["kind"])]
	if !known {
		return
	}
	c.counts.objects++
	metadata, _ := object["metadata"].(map[string]any)
	name := fmt.Sprintf("%s: %v %v", file, object["kind"], metadata["name"])
	annotations, _ := metadata["annotations"].(map[string]any)
	expected, _ := annotations[expectedFaults].(string)
	found := kind.faults(object)
	if expected == strings.Join(found, "\n") {
		return
	}
	for _, fault := range found {
		c.fault(name, "%s", fault)
	}
	if expected != "" {
		c.fault(name, "expected %s", expected)
	}
}

// An object with this annotation must have exactly these faults, one a line.
const expectedFaults = "test/faults"

func (kind served) faults(object map[string]any) []string {
	faults := []string{}
	add := func(list field.ErrorList) {
		for _, fault := range list {
			faults = append(faults, fault.Error())
		}
	}
	unknown := pruning.PruneWithOptions(object, kind.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		faults = append(faults, fmt.Sprintf("unknown field %q", path))
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, kind.structural)
	defaulting.Default(object, kind.structural)
	add(objectvalidation.ValidateCustomResource(nil, object, kind.validator))
	add(listtype.ValidateListSetsAndMaps(nil, kind.structural, object))
	if len(faults) == 0 {
		found, _ := kind.rules.Validate(context.Background(), nil, kind.structural, object, nil, celconfig.RuntimeCELCostBudget)
		add(found)
	}
	slices.Sort(faults)
	return faults
}
