/** A mistake that the caller can mend: the message names the value, what is allowed and what to do. */
export class InputError extends Error {
  override readonly name = "InputError";
}
