import * as z from 'zod/mini';

/** Cloud Map's AttrKey and AttrValue (its service model), and its ServiceName and namespace names. */
export const attributeKey = z
  .string()
  .check(z.regex(/^[!-~]{1,255}$/, 'expected 1 to 255 printable ASCII characters without spaces'));
export const attributeValue = z
  .string()
  .check(
    z.maxLength(1024),
    z.regex(/^([!-~][ \t!-~]*)?$/, 'expected printable ASCII that does not begin with a space'),
  );
export const cloudMapServiceName = z
  .string()
  .check(
    z.maxLength(127),
    z.regex(
      /^(\w[\w-]{0,61}\w|[a-zA-Z0-9])(\.(\w[\w-]{0,61}\w|[a-zA-Z0-9]))*$/,
      'expected a Cloud Map service name: labels of up to 63 letters, digits, _ and -, parted by dots',
    ),
  );
const namespaceNameForm = 'expected a Cloud Map namespace name: printable ASCII without spaces';
export const cloudMapNamespaceName = z.string().check(
  z.maxLength(1024),
  z.regex(/^[!-~]+$/, namespaceNameForm),
  z.refine((name) => !name.startsWith('arn:'), namespaceNameForm),
);
