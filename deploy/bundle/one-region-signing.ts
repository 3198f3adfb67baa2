import { SignatureV4 } from '@smithy/signature-v4';

/**
 * Replaces `@aws-sdk/signature-v4-multi-region` in the functions' bundles: EventBridge's global endpoints and STS can sign for
 * several Regions, with a library that has to be installed. The functions sign for one.
 */
export class SignatureV4MultiRegion extends SignatureV4 {
  static sigv4aDependency(): 'none' {
    return 'none';
  }
}
