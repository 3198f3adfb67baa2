import type { BackendDefaults, ClientPolicy, ClientTls, ListenerTls } from '../../../../model/mesh/tls.ts';
import type * as appMesh from './app-mesh-types.ts';
import { oneOf, present, when } from './present.ts';

/** For virtual nodes and virtual gateways: the API has the same shape for both. */
export function clientPolicyInput({ tls }: ClientPolicy): appMesh.ClientPolicy {
  return present({ tls: when(tls, clientTlsInput) });
}

export function backendDefaultsInput({ clientPolicy }: BackendDefaults): appMesh.BackendDefaults {
  return present({ clientPolicy: when(clientPolicy, clientPolicyInput) });
}

function clientTlsInput({ enforce, ports, certificate, validation }: ClientTls): appMesh.ClientPolicyTls {
  const { acm, file, sds } = validation.trust;
  const trust = oneOf({
    acm: when(acm, ({ certificateAuthorityARNs }) => ({
      certificateAuthorityArns: certificateAuthorityARNs,
    })),
    file,
    sds,
  });
  return present({
    enforce,
    // Without ports TLS is enforced for all ports; the old controller treated an empty list the same.
    ports: ports?.length ? ports : undefined,
    certificate: when(certificate, oneOf),
    validation: present({ ...validation, trust }),
  });
}

export function listenerTlsInput({ mode, certificate, validation }: ListenerTls): appMesh.ListenerTls {
  const { acm, file, sds } = certificate;
  return present({
    mode,
    certificate: oneOf({
      acm: when(acm, ({ certificateARN }) => ({ certificateArn: certificateARN })),
      file,
      sds,
    }),
    validation: when(validation, ({ trust, ...names }) => present({ ...names, trust: oneOf(trust) })),
  });
}
