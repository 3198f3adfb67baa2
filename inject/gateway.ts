import type { Images } from './images.ts';
import type { Container, ProxyObject } from './pod.ts';
import type { Settings } from './settings.ts';
import { envOf, envoyArgs, envoyCommand, lifecycle, mountsOf, readinessProbe } from './sidecar.ts';

/**
 * The container of a gateway's Envoy: what the user set stays, except for what would start another Envoy. A probe that runs
 * a command would fail, as the image has no shell.
 */
export function gatewayProxy(
  container: Container,
  object: ProxyObject,
  namespace: string,
  settings: Settings,
  images: Images,
): Container {
  const { readinessProbe: probe } = container as { readonly readinessProbe?: { readonly exec?: unknown } };
  const env = container.env ?? [];
  return {
    ...container,
    ...(!settings.keepsGatewayImage && { image: images.envoy, imagePullPolicy: 'IfNotPresent' }),
    command: envoyCommand,
    args: envoyArgs(object, namespace),
    env: [...env, ...envOf(settings).filter(({ name }) => env.every((own) => own.name !== name))],
    volumeMounts: [...(container.volumeMounts ?? []), ...mountsOf(object.spec, settings)],
    readinessProbe: probe && !probe.exec ? probe : readinessProbe,
    lifecycle: container.lifecycle ?? lifecycle,
  };
}
