// A kube-apiserver with an etcd of its own, in one process, for tests.
//
//	apiserver FOLDER
//
// Keeps its state in FOLDER, which must exist, listens on a free port of 127.0.0.1, and prints `ready URL` when it is
// ready. The bearer token is `admin`; users are impersonated with its headers. It stops with its standard input.
package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/client-go/util/keyutil"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: apiserver FOLDER")
		os.Exit(2)
	}
	folder := os.Args[1]
	store, err := startStore(filepath.Join(folder, "etcd"))
	if err != nil {
		log.Fatal(err)
	}
	address := freeAddress()
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- serve(ctx, folder, store, address) }()
	go func() {
		if err := waitUntilReady(address); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("ready https://%s\n", address)
	}()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
		// The API server's own shutdown takes longer than a test wants to wait.
		os.Exit(0)
	}()
	log.Fatal(<-stopped)
}

func startStore(folder string) (string, error) {
	config := embed.NewConfig()
	config.Dir = folder
	config.LogLevel = "error"
	config.UnsafeNoFsync = true
	client, peer := localURL(), localURL()
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	store, err := embed.StartEtcd(config)
	if err != nil {
		return "", err
	}
	<-store.Server.ReadyNotify()
	return client.String(), nil
}

func serve(ctx context.Context, folder, store string, address string) error {
	key := filepath.Join(folder, "service-accounts.key")
	pem, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		return err
	}
	tokens := filepath.Join(folder, "tokens.csv")
	if err := os.WriteFile(key, pem, 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(tokens, []byte("admin,admin,admin,system:masters\n"), 0o600); err != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(address)
	command := app.NewAPIServerCommand()
	command.SetArgs([]string{
		"--etcd-servers=" + store,
		"--bind-address=" + host,
		"--secure-port=" + port,
		"--cert-dir=" + filepath.Join(folder, "certificates"),
		"--token-auth-file=" + tokens,
		"--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.0.0.0/16",
		"--service-account-issuer=https://localhost",
		"--service-account-signing-key-file=" + key,
		"--service-account-key-file=" + key,
		// There is no controller that makes the service accounts of new namespaces.
		"--disable-admission-plugins=ServiceAccount",
	})
	return command.ExecuteContext(ctx)
}

func waitUntilReady(address string) error {
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		response, err := client.Get("https://" + address + "/readyz")
		if err != nil {
			continue
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("the API server at %s is not ready after two minutes", address)
}

func localURL() url.URL {
	return url.URL{Scheme: "http", Host: freeAddress()}
}

// freeAddress is free now; another process could take it before it is used.
func freeAddress() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
