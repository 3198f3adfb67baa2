package main

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func check(text string) (*checker, []string) {
	var lines []string
	c := &checker{report: func(line string) { lines = append(lines, line) }}
	if err := c.documents("file.yaml", []byte(text)); err != nil {
		lines = append(lines, err.Error())
	}
	return c, lines
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestRightObjects(t *testing.T) {
	c, lines := check(read(t, "testdata/right.yaml"))
	if len(lines) > 0 || c.objects != 7 {
		t.Errorf("%d objects: %s", c.objects, strings.Join(lines, "\n"))
	}
}

func TestWrongObjects(t *testing.T) {
	for _, document := range strings.Split(read(t, "testdata/wrong.yaml"), "\n---\n") {
		var object struct {
			Metadata struct {
				Name        string
				Annotations struct{ Expected string }
			}
		}
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		t.Run(object.Metadata.Name, func(t *testing.T) {
			expected := object.Metadata.Annotations.Expected
			c, lines := check(document)
			if expected == "" || c.faults+c.warnings != 1 || !strings.Contains(lines[0], expected) {
				t.Errorf("expected one line with %q, found %q", expected, lines)
			}
		})
	}
}

func TestOverlappingPrefixes(t *testing.T) {
	c, lines := check(read(t, "testdata/overlap.yaml"))
	if len(lines) > 0 || c.guesses != 1 {
		t.Errorf("%d prefixes that overlap: %q", c.guesses, lines)
	}
}

func TestDuplicates(t *testing.T) {
	right := read(t, "testdata/right.yaml")
	c, lines := check(right + "\n---\n" + right)
	if c.faults != 7 {
		t.Errorf("%s", strings.Join(lines, "\n"))
	}
}
