/** Settings of an embedded Cloud Map: every operation ends before its call returns. */
export const noLatencies = {
  CREATE_NAMESPACE: 0,
  DELETE_NAMESPACE: 0,
  UPDATE_NAMESPACE: 0,
  UPDATE_SERVICE: 0,
  REGISTER_INSTANCE: 0,
  DEREGISTER_INSTANCE: 0,
};
