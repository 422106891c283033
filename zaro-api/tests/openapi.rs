//! The description that the API gives of itself, against the contract (`contract/openapi.yaml`): operation by operation
//! and field by field.

mod contract;
mod shape;
mod swagger;
