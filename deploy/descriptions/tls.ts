/** TLS of listeners and of calls to backends. */
export const tls = {
  clientPolicy: 'How the proxy calls the backend.',
  'backendDefaults.clientPolicy': 'How the proxy calls the backends that have no clientPolicy of their own.',
  'clientPolicy.tls': 'TLS for the calls; absent, they are made without.',
  'tls.enforce': 'Whether calls must be made with TLS; true by default.',
  'tls.ports': 'The ports of the backend that this holds for; absent, all.',
  'clientPolicy.tls.certificate':
    'The certificate that the proxy shows to a backend which asks for one; from exactly one of file and sds.',
  'clientPolicy.tls.validation': 'Which certificates of backends are trusted.',
  'clientPolicy.tls.validation.trust':
    'Where the certificates of trusted authorities come from; exactly one of acm, file and sds.',
  'clientPolicy.tls.validation.subjectAlternativeNames':
    'Which names the certificate of a backend may have; absent, it must have the one of its service discovery.',
  'trust.acm': 'Private authorities of AWS Certificate Manager.',
  certificateAuthorityARNs: 'The ARNs of the private authorities, 1 to 3.',

  'listeners.tls': 'TLS for the requests to the listener; absent, they are taken without.',
  'tls.mode': 'STRICT takes requests with TLS only, PERMISSIVE with and without, DISABLED without only.',
  'listeners.tls.certificate':
    'The certificate that the listener shows; from exactly one of acm, file and sds.',
  'listeners.tls.validation': 'Which certificates of callers are trusted; absent, callers need none.',
  'listeners.tls.validation.trust':
    'Where the certificates of trusted authorities come from; exactly one of file and sds.',
  'listeners.tls.validation.subjectAlternativeNames':
    'Which names the certificate of a caller may have; absent, names are not checked.',
  'certificate.acm': 'A certificate of AWS Certificate Manager.',
  certificateARN: 'The ARN of the certificate.',

  'certificate.file': 'Files in the container of the proxy.',
  'certificate.file.certificateChain': 'The path of the certificate chain in PEM, of up to 255 characters.',
  'certificate.file.privateKey': 'The path of the private key in PEM, of up to 255 characters.',
  'trust.file': 'A file in the container of the proxy.',
  'trust.file.certificateChain':
    'The path of the certificates of the trusted authorities in PEM, of up to 255 characters.',
  'certificate|trust.sds': 'A secret of the Secret Discovery Service beside the proxy.',
  'sds.secretName': 'The name by which the proxy asks for the secret.',
  'subjectAlternativeNames.match': 'How the names are compared.',
  'subjectAlternativeNames.match.exact':
    'Names of which the certificate must have one, each of up to 254 characters.',
} as const;
