// For components, which do not know of src/api.
export { Breath } from "../api/breath.ts";
