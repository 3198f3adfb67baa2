module helm.sh/helm/v3
