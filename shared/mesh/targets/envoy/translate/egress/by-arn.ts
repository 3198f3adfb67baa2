/** What is said of every reference by ARN. */
export const byArn = ['names a resource of App Mesh', 'a reference to the object'] as const;
