// Checks objects of Istio with Istio's own code: the strict parser and the validation of its webhook.
//
//	go run -tags agent . MANIFEST...
//
// A manifest is a YAML file or a folder of them; of its objects those count whose API group is one of Istio's. Every fault
// and every warning is reported on a line of its own, with the file, the object and, where Istio names it, the field; any
// makes the status 1 (but overlapping prefixes), and so does a run that found no object. With Istio's tag `agent` half as much is compiled; all kinds
// but EnvoyFilter are there.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: go run -tags agent . MANIFEST...")
		os.Exit(2)
	}
	c := &checker{report: func(line string) { fmt.Println(line) }}
	for _, manifest := range os.Args[1:] {
		c.each(manifest)
	}
	fmt.Printf("%d Istio objects, %d faults, %d warnings, %d prefixes that overlap\n", c.objects, c.faults, c.warnings, c.guesses)
	if c.faults+c.warnings > 0 || c.objects == 0 {
		os.Exit(1)
	}
}
