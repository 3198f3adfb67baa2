package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/go-multierror"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
)

type checker struct {
	report                    func(line string)
	objects, faults, warnings int
	guesses                   int
	seen                      map[string]bool
}

func (c *checker) fault(where string, err error) {
	for _, each := range flatten(err) {
		c.faults++
		c.report(fmt.Sprintf("%s: %v", where, each))
	}
}

func (c *checker) warning(where string, err error) {
	for _, each := range flatten(err) {
		if isGuess(each) {
			c.guesses++
			continue
		}
		c.warnings++
		c.report(fmt.Sprintf("%s: warning: %v", where, each))
	}
}

// isGuess tells a warning about two prefixes that overlap: Istio does not compare all conditions of the two matches, and
// the order of routes may be one in which a later route has nothing left to take.
func isGuess(warning error) bool {
	return strings.Contains(warning.Error(), "is not used (duplicate/overlapping match in rule #")
}

func flatten(err error) []error {
	var several *multierror.Error
	if err == nil {
		return nil
	}
	if errors.As(err, &several) {
		return several.WrappedErrors()
	}
	return []error{err}
}

// each checks every document of the YAML files at and below a path.
func (c *checker) each(root string) {
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".yaml") {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return c.documents(file, content)
	})
	if err != nil {
		c.fault(root, err)
	}
}

func (c *checker) documents(file string, content []byte) error {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		object := map[string]any{}
		if err := yaml.UnmarshalStrict(document, &object); err != nil {
			c.fault(file, err)
			continue
		}
		c.object(file, object)
	}
}

func (c *checker) object(file string, content map[string]any) {
	object := &unstructured.Unstructured{Object: content}
	if items, isList := content["items"].([]any); isList {
		for _, item := range items {
			if item, isObject := item.(map[string]any); isObject {
				c.object(file, item)
			}
		}
		return
	}
	kind := object.GroupVersionKind()
	if !strings.HasSuffix(kind.Group, ".istio.io") {
		return
	}
	c.objects++
	where := fmt.Sprintf("%s: %s %s/%s", file, object.GetKind(), object.GetNamespace(), object.GetName())
	schema, known := collections.Pilot.FindByGroupVersionAliasesKind(resource.FromKubernetesGVK(&kind))
	if !known {
		c.fault(where, fmt.Errorf("Istio has no kind %s in %s", kind.Kind, kind.GroupVersion()))
		return
	}
	c.unique(where)
	c.fault(where, unknownFields(content))
	c.fault(where, metadata(object))
	parsed, err := parse(schema, object)
	if err != nil {
		c.fault(where, err)
		return
	}
	warnings, err := schema.ValidateConfig(*parsed)
	c.fault(where, err)
	c.warning(where, warnings)
}

// unique finds an object that a file defines twice: `kubectl apply` would keep the last one only.
func (c *checker) unique(where string) {
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	if c.seen[where] {
		c.fault(where, errors.New("is defined twice"))
	}
	c.seen[where] = true
}

func unknownFields(content map[string]any) error {
	var faults error
	for field := range content {
		switch field {
		case "apiVersion", "kind", "metadata", "spec", "status":
		default:
			faults = multierror.Append(faults, fmt.Errorf("unknown field %q", field))
		}
	}
	return faults
}

// metadata is checked by the API server before Istio sees an object.
func metadata(object *unstructured.Unstructured) error {
	var faults error
	for _, message := range validation.IsDNS1123Subdomain(object.GetName()) {
		faults = multierror.Append(faults, fmt.Errorf("metadata.name %q: %s", object.GetName(), message))
	}
	for key, value := range object.GetLabels() {
		for _, message := range append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...) {
			faults = multierror.Append(faults, fmt.Errorf("metadata.labels[%q]: %s", key, message))
		}
	}
	for key := range object.GetAnnotations() {
		for _, message := range validation.IsQualifiedName(strings.ToLower(key)) {
			faults = multierror.Append(faults, fmt.Errorf("metadata.annotations[%q]: %s", key, message))
		}
	}
	return faults
}

// parse is strict, as the validation webhook is: an unknown field is a fault.
func parse(schema resource.Schema, object *unstructured.Unstructured) (*config.Config, error) {
	text, err := json.Marshal(object.Object["spec"])
	if err != nil {
		return nil, err
	}
	spec, err := schema.NewInstance()
	if err != nil {
		return nil, err
	}
	if err := config.ApplyJSONStrict(spec, string(text)); err != nil {
		return nil, err
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	return &config.Config{
		Meta: config.Meta{
			GroupVersionKind: schema.GroupVersionKind(),
			Name:             object.GetName(),
			Namespace:        namespace,
			Labels:           object.GetLabels(),
			Annotations:      object.GetAnnotations(),
		},
		Spec: spec,
	}, nil
}
