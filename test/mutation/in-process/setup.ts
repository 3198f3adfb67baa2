import fc from 'fast-check';

// A case that fails is enough; a smaller one costs time.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
