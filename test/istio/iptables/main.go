// The istio-iptables of Istio's images, which redirects the connections of a pod to its proxy.
package main

import (
	"os"

	"istio.io/istio/pkg/log"
	"istio.io/istio/tools/istio-iptables/pkg/cmd"
)

func main() {
	command := cmd.GetCommand(log.DefaultOptions())
	if err := command.Execute(); err != nil {
		os.Exit(1)
	}
}
