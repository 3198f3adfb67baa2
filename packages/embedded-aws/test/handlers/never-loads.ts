/** A module that is never loaded to its end. */
setInterval(() => {}, 1_000);
await new Promise(() => {});
