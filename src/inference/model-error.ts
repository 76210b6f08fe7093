export type ModelErrorCode =
  | 'manifest_invalid'
  | 'model_unknown'
  | 'model_file_missing'
  | 'model_file_damaged'
  | 'model_output_invalid'
  | 'provider_unknown'
  | 'provider_unavailable';

/** What goes wrong with a model before a picture is even looked at, by a stable code. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.code = code;
  }
}
