const text = { type: 'string' };
const texts = { type: 'object', additionalProperties: text };

/** The part of the Prometheus operator's CustomResourceDefinition that the chart uses. */
export const podMonitors = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'podmonitors.monitoring.coreos.com' },
  spec: {
    group: 'monitoring.coreos.com',
    scope: 'Namespaced',
    names: { kind: 'PodMonitor', listKind: 'PodMonitorList', plural: 'podmonitors', singular: 'podmonitor' },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['selector', 'podMetricsEndpoints'],
                properties: {
                  selector: { type: 'object', properties: { matchLabels: texts } },
                  podMetricsEndpoints: {
                    type: 'array',
                    items: { type: 'object', properties: { port: text, path: text, interval: text } },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};
