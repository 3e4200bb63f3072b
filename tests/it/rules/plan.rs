//! What is planned, what is assumed, and the tier that holds it.
