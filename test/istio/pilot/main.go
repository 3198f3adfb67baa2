// Translates objects to Envoy's configuration with Istio's own code: istiod on a fake API server.
//
//	go run ./pilot <CASES >RESULTS
//
// A case is a line of JSON: the objects of a cluster and one proxy in it. Its result is a line of JSON in the same place:
// the listeners, routes and clusters that istiod would send to that proxy, or what istiod said instead.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/schema/gatewayapi"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/test"
)

type Case struct {
	// Istio's objects: YAML documents.
	Istio string `json:"istio"`
	// Objects of Kubernetes and of the Gateway API: YAML documents.
	Kubernetes string `json:"kubernetes"`
	Proxy      struct {
		// "sidecar" or "router", which is a gateway.
		Type      model.NodeType    `json:"type"`
		Namespace string            `json:"namespace"`
		Labels    map[string]string `json:"labels"`
		IP        string            `json:"ip"`
	} `json:"proxy"`
}

type Result struct {
	Listeners []json.RawMessage `json:"listeners,omitempty"`
	Routes    []json.RawMessage `json:"routes,omitempty"`
	Clusters  []json.RawMessage `json:"clusters,omitempty"`
	Error     string            `json:"error,omitempty"`
}

func main() {
	quiet()
	// The fake API server's definitions state no version: istiod would ignore some kinds of the Gateway API.
	clear(gatewayapi.MinimumCRDVersions)
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	decoder, encoder := json.NewDecoder(in), json.NewEncoder(os.Stdout)
	for decoder.More() {
		var each Case
		if err := decoder.Decode(&each); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		if err := encoder.Encode(translate(each)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
}

func quiet() {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
}

func translate(each Case) (result Result) {
	err := test.Wrap(func(t test.Failer) {
		server := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
			ConfigString:           each.Istio,
			KubernetesObjectString: each.Kubernetes,
		})
		proxy := server.SetupProxy(&model.Proxy{
			Type:            each.Proxy.Type,
			ConfigNamespace: each.Proxy.Namespace,
			Labels:          each.Proxy.Labels,
			IPAddresses:     []string{each.Proxy.IP},
			Metadata:        &model.NodeMetadata{Namespace: each.Proxy.Namespace, Labels: each.Proxy.Labels},
		})
		listeners := server.Listeners(proxy)
		result.Listeners = messages(listeners)
		result.Routes = messages(server.RoutesFromListeners(proxy, listeners))
		result.Clusters = messages(server.Clusters(proxy))
	})
	if err != nil {
		return Result{Error: err.Error()}
	}
	return result
}

func messages[M proto.Message](all []M) []json.RawMessage {
	texts := make([]json.RawMessage, 0, len(all))
	for _, each := range all {
		text, err := protojson.Marshal(each)
		if err != nil {
			panic(err)
		}
		texts = append(texts, text)
	}
	return texts
}
