import * as z from 'zod';

/** Cloud Map's AttrKey and AttrValue (its service model), and its ServiceName and namespace names. */
export const attributeKey = z
  .string()
  .regex(/^[!-~]{1,255}$/, 'expected 1 to 255 printable ASCII characters without spaces');
export const attributeValue = z
  .string()
  .max(1024)
  .regex(/^([!-~][ \t!-~]*)?$/, 'expected printable ASCII that does not begin with a space');
export const cloudMapServiceName = z
  .string()
  .max(127)
  .regex(
    /^(\w[\w-]{0,61}\w|[a-zA-Z0-9])(\.(\w[\w-]{0,61}\w|[a-zA-Z0-9]))*$/,
    'expected a Cloud Map service name: labels of up to 63 letters, digits, _ and -, parted by dots',
  );
const namespaceNameForm = 'expected a Cloud Map namespace name: printable ASCII without spaces';
export const cloudMapNamespaceName = z
  .string()
  .max(1024)
  .regex(/^[!-~]+$/, namespaceNameForm)
  .refine((name) => !name.startsWith('arn:'), namespaceNameForm);
