// Command cloud-map-mcs-controller drives the Cloud Map client of the AWS Cloud Map MCS controller against the endpoint
// AWS_URL: a service with its namespace, endpoints registered, read, changed and deregistered. It ends with status 1 and
// the reason where that client gets what it does not expect.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/aws/aws-cloud-map-mcs-controller-for-k8s/pkg/cloudmap"
	"github.com/aws/aws-cloud-map-mcs-controller-for-k8s/pkg/model"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

const namespace, service = "mcs-namespace", "orders"

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	client := cloudmap.NewServiceDiscoveryClientWithCustomCache(
		configOf(os.Getenv("AWS_URL")), uncached(), model.NewClusterUtilsWithValues("cluster-1", "set-1"),
	)
	must(client.CreateService(ctx, namespace, service))
	must(client.RegisterEndpoints(ctx, namespace, service, []*model.Endpoint{endpoint("10.0.0.1", true), endpoint("10.0.0.2", true)}))
	expect(read(ctx, client), "10.0.0.1:8080 ready=true, 10.0.0.2:8080 ready=true")
	must(client.RegisterEndpoints(ctx, namespace, service, []*model.Endpoint{endpoint("10.0.0.2", false)}))
	expect(read(ctx, client), "10.0.0.1:8080 ready=true, 10.0.0.2:8080 ready=false")
	must(client.DeleteEndpoints(ctx, namespace, service, []*model.Endpoint{endpoint("10.0.0.1", true)}))
	expect(read(ctx, client), "10.0.0.2:8080 ready=false")
	services, err := client.ListServices(ctx, namespace)
	must(err)
	if len(services) != 1 || services[0].Name != service {
		log.Fatalf("ListServices: expected %s alone, found %v", service, services)
	}
	fmt.Println("the MCS controller's client: a service made, endpoints registered, read, changed and deregistered")
}

// configOf dials the endpoint whatever host the SDK makes of it: DiscoverInstances has a prefix of its own.
func configOf(endpoint string) *aws.Config {
	parsed, err := url.Parse(endpoint)
	must(err)
	dialer := &net.Dialer{}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, parsed.Host)
	}}
	resolve := func(_, _ string, _ ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: endpoint}, nil
	}
	return &aws.Config{
		Region:                      "us-west-2",
		Credentials:                 credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:                  &http.Client{Transport: transport},
		EndpointResolverWithOptions: aws.EndpointResolverWithOptionsFunc(resolve),
	}
}

func uncached() *cloudmap.SdCacheConfig {
	return &cloudmap.SdCacheConfig{NsTTL: time.Second, SvcTTL: time.Second, EndptTTL: time.Millisecond}
}

func endpoint(ip string, isReady bool) *model.Endpoint {
	port := model.Port{Name: "http", Port: 8080, TargetPort: "8080", Protocol: "TCP"}
	return &model.Endpoint{
		Id: "tcp-" + strings.ReplaceAll(ip, ".", "_") + "-8080", IP: ip, EndpointPort: port, ServicePort: port,
		ClusterId: "cluster-1", ClusterSetId: "set-1", ServiceType: model.ClusterSetIPType, Ready: isReady,
		ServiceExportCreationTimestamp: 1640995200000, Attributes: map[string]string{},
	}
}

func read(ctx context.Context, client cloudmap.ServiceDiscoveryClient) string {
	found, err := client.GetService(ctx, namespace, service)
	must(err)
	texts := []string{}
	for _, each := range found.Endpoints {
		texts = append(texts, fmt.Sprintf("%s:%d ready=%t", each.IP, each.EndpointPort.Port, each.Ready))
	}
	sort.Strings(texts)
	return strings.Join(texts, ", ")
}

func expect(found, expected string) {
	if found != expected {
		log.Fatalf("endpoints: expected %s, found %s", expected, found)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
