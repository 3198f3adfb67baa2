// Command external-dns drives the Cloud Map provider of external-dns (aws-sd) against the endpoint AWS_URL: records
// created, read, changed and deleted, and services that are empty cleaned up. It ends with status 1 and the reason where
// the provider gets what it does not expect. The private DNS namespace external-dns.local has to be there.
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

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sd "github.com/aws/aws-sdk-go-v2/service/servicediscovery"
	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/plan"
	"sigs.k8s.io/external-dns/provider/awssd"
)

const zone = "external-dns.local"

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	filter := endpoint.NewDomainFilter([]string{zone})
	provider, err := awssd.NewAWSSDProvider(
		filter, "private", false, true, "owner", map[string]string{"made-by": "external-dns"}, clientOf(os.Getenv("AWS_URL")),
	)
	must(err)
	one := record("web", endpoint.RecordTypeA, "10.0.0.1", "10.0.0.2")
	six := record("six", endpoint.RecordTypeAAAA, "2001:db8::1")
	alias := record("alias", endpoint.RecordTypeCNAME, "elsewhere.example.com")
	must(provider.ApplyChanges(ctx, &plan.Changes{Create: []*endpoint.Endpoint{one, six, alias}}))
	const others = "alias CNAME elsewhere.example.com 300; six AAAA 2001:db8::1 300; "
	until(ctx, provider, others+"web A 10.0.0.1,10.0.0.2 300")
	next := record("web", endpoint.RecordTypeA, "10.0.0.2", "10.0.0.3")
	next.RecordTTL = 60
	must(provider.ApplyChanges(ctx, &plan.Changes{UpdateOld: []*endpoint.Endpoint{one}, UpdateNew: []*endpoint.Endpoint{next}}))
	until(ctx, provider, others+"web A 10.0.0.2,10.0.0.3 60")
	must(provider.ApplyChanges(ctx, &plan.Changes{Delete: []*endpoint.Endpoint{next, six, alias}}))
	until(ctx, provider, "")
	fmt.Println("external-dns's provider: records created, read, changed and deleted")
}

// clientOf dials the endpoint whatever host the SDK makes of it: DiscoverInstances has a prefix of its own.
func clientOf(awsURL string) *sd.Client {
	parsed, err := url.Parse(awsURL)
	must(err)
	dialer := &net.Dialer{}
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, parsed.Host)
	}}
	return sd.New(sd.Options{
		Region:       "us-west-2",
		BaseEndpoint: aws.String(awsURL),
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:   &http.Client{Transport: transport},
	})
}

func record(name, kind string, targets ...string) *endpoint.Endpoint {
	made := endpoint.NewEndpointWithTTL(name+"."+zone, kind, 300, targets...)
	made.Labels[endpoint.AWSSDDescriptionLabel] = "heritage=external-dns,external-dns/owner=owner"
	return made
}

// until waits for the records, since registrations end some time after they are accepted. Each read lists the
// namespaces, which AWS allows about once a second.
func until(ctx context.Context, provider *awssd.AWSSDProvider, expected string) {
	for {
		records, err := provider.Records(ctx)
		must(err)
		found := textOf(records)
		if found == expected {
			return
		}
		select {
		case <-ctx.Done():
			log.Fatalf("records: expected %q, found %q", expected, found)
		case <-time.After(time.Second):
		}
	}
}

func textOf(records []*endpoint.Endpoint) string {
	texts := []string{}
	for _, each := range records {
		sort.Strings(each.Targets)
		name := strings.TrimSuffix(each.DNSName, "."+zone)
		texts = append(texts, fmt.Sprintf("%s %s %s %d", name, each.RecordType, strings.Join(each.Targets, ","), each.RecordTTL))
	}
	sort.Strings(texts)
	return strings.Join(texts, "; ")
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
