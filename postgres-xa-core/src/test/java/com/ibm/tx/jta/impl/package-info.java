/** Stands for a package of Liberty and WebSphere, whose classes are found by their names. */
@NullMarked
package com.ibm.tx.jta.impl;

import org.jspecify.annotations.NullMarked;
