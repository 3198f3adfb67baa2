// Command app-mesh-controller runs the reconcilers of AWS's App Mesh controller, as its own main wires them, against
// the API server and the AWS endpoint that the environment names. Its webhooks are left out: whoever writes the objects
// sets `meshRef` and `awsName`, as they would.
//
//	KUBERNETES_URL  such as http://127.0.0.1:8001
//	AWS_URL         such as http://127.0.0.1:4566; every call to amazonaws.com goes there
package main

import (
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	appmesh "github.com/aws/aws-app-mesh-controller-for-k8s/apis/appmesh/v1beta2"
	controllers "github.com/aws/aws-app-mesh-controller-for-k8s/controllers/appmesh"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/aws"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/aws/throttle"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/cloudmap"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/gatewayroute"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/k8s"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/mesh"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/references"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/virtualgateway"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/virtualnode"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/virtualrouter"
	"github.com/aws/aws-app-mesh-controller-for-k8s/pkg/virtualservice"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

func main() {
	ctrl.SetLogger(zap.New(zap.UseDevMode(true)))
	awsURL, err := url.Parse(os.Getenv("AWS_URL"))
	must(err)
	http.DefaultTransport = redirect{to: awsURL, next: http.DefaultTransport}

	scheme := runtime.NewScheme()
	must(clientgoscheme.AddToScheme(scheme))
	must(appmesh.AddToScheme(scheme))
	syncPeriod := 10 * time.Hour
	mgr, err := ctrl.NewManager(&rest.Config{Host: os.Getenv("KUBERNETES_URL"), QPS: 100, Burst: 200}, ctrl.Options{
		Scheme: scheme, SyncPeriod: &syncPeriod, MetricsBindAddress: "0",
	})
	must(err)
	cloud, err := aws.NewCloud(aws.CloudConfig{
		Region:         "us-west-2",
		AccountID:      "000000000000",
		ThrottleConfig: throttle.NewDefaultServiceOperationsThrottleConfig(),
	}, nil)
	must(err)
	stop := ctrl.SetupSignalHandler()
	must(setUp(mgr, cloud, stop))
	must(mgr.Start(stop))
}

type reconciler interface{ SetupWithManager(ctrl.Manager) error }

// setUp adds every reconciler that the controller has.
func setUp(mgr manager.Manager, cloud aws.Cloud, stop <-chan struct{}) error {
	client, account, logger := mgr.GetClient(), cloud.AccountID(), ctrl.Log
	indexer := references.NewDefaultObjectReferenceIndexer(mgr.GetCache(), mgr.GetFieldIndexer())
	resolver := references.NewDefaultResolver(client, logger)
	finalizers := k8s.NewDefaultFinalizerManager(client, logger)
	meshMembers := mesh.NewPendingMembersFinalizer(client, mgr.GetEventRecorderFor("mesh-members"), logger)
	gatewayMembers := virtualgateway.NewPendingMembersFinalizer(client, mgr.GetEventRecorderFor("gateway-members"), logger)
	endpoints := cloudmap.NewDefaultVirtualNodeEndpointResolver(client, logger)
	instances := cloudmap.NewDefaultInstancesReconciler(client, cloud.CloudMap(), logger, stop)

	meshes := mesh.NewDefaultResourceManager(client, cloud.AppMesh(), account, logger)
	gateways := virtualgateway.NewDefaultResourceManager(client, cloud.AppMesh(), resolver, account, logger)
	gatewayRoutes := gatewayroute.NewDefaultResourceManager(client, cloud.AppMesh(), resolver, account, logger)
	nodes := virtualnode.NewDefaultResourceManager(client, cloud.AppMesh(), resolver, account, logger)
	services := virtualservice.NewDefaultResourceManager(client, cloud.AppMesh(), resolver, account, logger)
	routers := virtualrouter.NewDefaultResourceManager(client, cloud.AppMesh(), resolver, account, logger)
	registrations := cloudmap.NewDefaultResourceManager(
		client, cloud.CloudMap(), resolver, endpoints, instances, false, logger, cloudmap.Config{CloudMapServiceTTL: 300},
	)
	for _, each := range []reconciler{
		controllers.NewMeshReconciler(client, finalizers, meshMembers, meshes, logger),
		controllers.NewVirtualGatewayReconciler(client, finalizers, gatewayMembers, gateways, logger),
		controllers.NewGatewayRouteReconciler(client, finalizers, gatewayRoutes, logger),
		controllers.NewVirtualNodeReconciler(client, finalizers, nodes, logger),
		controllers.NewCloudMapReconciler(client, finalizers, registrations, logger),
		controllers.NewVirtualServiceReconciler(client, finalizers, indexer, services, logger),
		controllers.NewVirtualRouterReconciler(client, finalizers, indexer, routers, logger),
	} {
		if err := each.SetupWithManager(mgr); err != nil {
			return err
		}
	}
	return nil
}

// redirect sends what is meant for AWS to another endpoint: this version of the SDK reads none from its environment.
type redirect struct {
	to   *url.URL
	next http.RoundTripper
}

func (r redirect) RoundTrip(request *http.Request) (*http.Response, error) {
	if strings.HasSuffix(request.URL.Hostname(), ".amazonaws.com") {
		request = request.Clone(request.Context())
		request.URL.Scheme, request.URL.Host = r.to.Scheme, r.to.Host
	}
	return r.next.RoundTrip(request)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
