import { configMapName } from '../shared/mesh/targets/envoy/translate/layout.ts';
import type { Pod, ProxyObject, Volume } from './pod.ts';
import type { Settings } from './settings.ts';
import { meshVolume, sdsFolder, sdsVolume, usesSocket } from './sidecar.ts';

interface Target {
  readonly pod: Pod;
  readonly object: ProxyObject;
  readonly settings: Settings;
}

/** The pod's volumes and those of the proxy. Secrets that the pod has as volumes already are not added again. */
export function volumesOf({ pod, object, settings }: Target): readonly Volume[] {
  const own = pod.spec?.volumes ?? [];
  const { kind, name } = object;
  const secrets = [...new Set(settings.secretMounts.map((mount) => mount.name))]
    .filter((secret) => own.every((volume) => volume.name !== secret))
    .map((secretName) => ({ name: secretName, secret: { secretName } }));
  return [
    ...own,
    { name: meshVolume, configMap: { name: configMapName({ kind, name }) } },
    ...secrets,
    ...(usesSocket(object.spec, settings)
      ? [{ name: sdsVolume, hostPath: { path: sdsFolder, type: 'DirectoryOrCreate' } }]
      : []),
  ];
}
