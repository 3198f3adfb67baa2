/** TLS of listeners and of calls to backends. */
export const tls = {
  clientPolicy: 'The client policy for calls to the backend.',
  'backendDefaults.clientPolicy': 'The client policy for backends without their own clientPolicy.',
  'clientPolicy.tls': 'TLS of the calls. Absent disables TLS.',
  'tls.enforce': 'Whether TLS is required for calls. Default: true.',
  'tls.ports': 'The ports of the backend that the policy applies to. Default: all.',
  'clientPolicy.tls.certificate':
    'The client certificate that the proxy presents if a backend requests one. Exactly one of file and sds.',
  'clientPolicy.tls.validation': 'The validation of backend certificates.',
  'clientPolicy.tls.validation.trust':
    'The source of the trusted CA certificates. Exactly one of acm, file and sds.',
  'clientPolicy.tls.validation.subjectAlternativeNames':
    "The names accepted in a backend's certificate. Default: the name from its service discovery.",
  'trust.acm': 'Private certificate authorities of AWS Certificate Manager.',
  certificateAuthorityARNs: 'The ARNs of the private certificate authorities, 1 to 3.',

  'listeners.tls': 'TLS of requests to the listener. Absent disables TLS.',
  'tls.mode':
    'STRICT accepts only requests with TLS, PERMISSIVE with and without TLS, DISABLED only without TLS.',
  'listeners.tls.certificate':
    'The certificate that the listener presents. Exactly one of acm, file and sds.',
  'listeners.tls.validation': 'The validation of client certificates. Absent: clients need no certificate.',
  'listeners.tls.validation.trust': 'The source of the trusted CA certificates. Exactly one of file and sds.',
  'listeners.tls.validation.subjectAlternativeNames':
    "The names accepted in a client's certificate. Default: names are not checked.",
  'certificate.acm': 'A certificate of AWS Certificate Manager.',
  certificateARN: 'The ARN of the certificate.',

  'certificate.file': "Files in the proxy's container.",
  'certificate.file.certificateChain': 'The path of the PEM certificate chain, at most 255 characters.',
  'certificate.file.privateKey': 'The path of the PEM private key, at most 255 characters.',
  'trust.file': "A file in the proxy's container.",
  'trust.file.certificateChain':
    'The path of the PEM file with the trusted CA certificates, at most 255 characters.',
  'certificate|trust.sds': "A secret of the proxy's Secret Discovery Service.",
  'sds.secretName': 'The name of the secret.',
  'subjectAlternativeNames.match': 'The condition on the names.',
  'subjectAlternativeNames.match.exact':
    'The certificate must have at least one of these names, each at most 254 characters.',
} as const;
