"""What every table must hold, by subject: columns with type, unit, titles and allowed values."""
