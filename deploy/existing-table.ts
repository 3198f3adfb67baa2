/** The part of a template that is changed. */
interface Template {
  readonly Resources: Record<string, unknown>;
}

const id = 'StateTable';

/**
 * Lets a stack use a table that is there already, such as the one that a removed stack left: the resource is taken out of
 * the template, and every reference to it becomes the table's name or ARN. A stack that had a table of its own leaves it
 * behind, because of its DeletionPolicy.
 */
export function useExistingTable<Of extends Template>(template: Of, tableName: string): void {
  delete template.Resources[id];
  const arn = {
    'Fn::Sub': `arn:\${AWS::Partition}:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/${tableName}`,
  };
  replaceIn(template, (value) => {
    if (value.Ref === id) return tableName;
    const [resource, attribute] = Array.isArray(value['Fn::GetAtt']) ? value['Fn::GetAtt'] : [];
    return resource === id && attribute === 'Arn' ? arn : undefined;
  });
}

/** Replaces objects anywhere in the template. */
function replaceIn(node: object, replacement: (value: Record<string, unknown>) => unknown): void {
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    if (value === null || typeof value !== 'object') continue;
    const other = replacement(value as Record<string, unknown>);
    if (other === undefined) replaceIn(value, replacement);
    else (node as Record<string, unknown>)[key] = other;
  }
}
