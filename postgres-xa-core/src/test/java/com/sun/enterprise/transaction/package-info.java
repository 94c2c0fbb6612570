/** Stands for a package of Payara and GlassFish, whose classes are found by their names. */
@NullMarked
package com.sun.enterprise.transaction;

import org.jspecify.annotations.NullMarked;
