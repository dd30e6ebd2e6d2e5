package dev.rookery.examples;

import dev.rookery.examples.Program.CodeClass;
import dev.rookery.examples.Program.Pairs;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntLinkedOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.lang.reflect.Modifier;

/// Finds out what the names in the bytecode mean, as the virtual machine does.
///
/// An instruction names a member through some class. *Resolution* (Java Virtual Machine
/// Specification, 5.4.3) finds the declaration, which may stand in a supertype. At run time a call
/// is then *dispatched* to whichever method overrides the one found. The first has one answer; of
/// the second all possible answers are given, as the hierarchy of classes allows them.
final class Linkage {

  /// Flag of methods with a variable number of arguments; `Modifier` has no public name for it.
  private static final int VARARGS = 0x80;

  private final Program program;
  private final int object;
  private final IntLinkedOpenHashSet[] superinterfaces;

  Linkage(Program program) {
    this.program = program;
    this.object = program.findClass("java.lang.Object");
    this.superinterfaces = new IntLinkedOpenHashSet[program.classCount()];
  }

  /// Returns pairs of a member that is named but not declared, and the declared one that it means.
  /// Names whose declaration was not read are in no pair.
  Pairs resolved() {
    var pairs = new Pairs();
    for (int member = 0; member < program.memberCount(); member++) {
      if (!program.isDeclared(member)) {
        int declared = resolve(program.memberOwner(member), program.member(member));
        if (declared >= 0) {
          pairs.add(member, declared, 1);
        }
      }
    }
    return pairs;
  }

  /// Returns pairs of methods: a call that resolves to the first may run the second instead.
  /// Overriding an overriding method gives a pair with the latter only.
  Pairs dispatched() {
    var pairs = new Pairs();
    var known = new LongOpenHashSet();
    for (int index = 0; index < program.classCount(); index++) {
      CodeClass declaration = program.findClass(index);
      if (declaration != null) {
        addOverriding(declaration, pairs, known);
        if (!Modifier.isInterface(declaration.modifiers())) {
          addInherited(index, declaration, pairs, known);
        }
      }
    }
    return pairs;
  }

  /// Adds what the methods of a class override in its direct supertypes.
  private void addOverriding(CodeClass declaration, Pairs pairs, LongOpenHashSet known) {
    var supertypes = new IntArrayList(declaration.interfaces());
    if (declaration.superclass() >= 0) {
      supertypes.add(declaration.superclass());
    }
    for (int method : declaration.members()) {
      if (isVirtual(method)) {
        for (int supertype : supertypes) {
          int overridden = resolve(supertype, program.member(method));
          if (overridden >= 0 && isOverridable(overridden, declaration)) {
            add(overridden, method, pairs, known);
          }
        }
      }
    }
  }

  /// Adds the methods of interfaces that a class implements by what it inherits from its
  /// superclass.
  private void addInherited(
      int classIndex, CodeClass declaration, Pairs pairs, LongOpenHashSet known) {
    if (declaration.superclass() < 0 || declaration.interfaces().isEmpty()) {
      return;
    }
    IntLinkedOpenHashSet inherited = superinterfaces(declaration.superclass());
    for (int superinterface : superinterfaces(classIndex)) {
      CodeClass declared = program.findClass(superinterface);
      if (declared == null || inherited.contains(superinterface)) {
        continue;
      }
      for (int method : declared.members()) {
        if (isVirtual(method)) {
          int inClass = inSuperclasses(classIndex, program.member(method));
          if (inClass >= 0 && isVirtual(inClass)) {
            add(method, inClass, pairs, known);
          }
        }
      }
    }
  }

  private static void add(int source, int target, Pairs pairs, LongOpenHashSet known) {
    if (known.add((long) source << 32 | target)) {
      pairs.add(source, target, 1);
    }
  }

  private int resolve(int owner, MemberName name) {
    return name.isMethod() ? resolveMethod(owner, name) : resolveField(owner, name);
  }

  private int resolveMethod(int owner, MemberName name) {
    int found = inSuperclasses(owner, name);
    if (found < 0) {
      found = inSuperinterfaces(owner, name);
    }
    return found < 0 ? signaturePolymorphic(owner, name) : found;
  }

  private int resolveField(int owner, MemberName name) {
    for (int c = owner; c >= 0; c = superclass(c)) {
      int found = declaredIn(c, name);
      if (found >= 0) {
        return found;
      }
      for (int superinterface : superinterfaces(c)) {
        found = declaredIn(superinterface, name);
        if (found >= 0) {
          return found;
        }
      }
    }
    return -1;
  }

  private int inSuperclasses(int owner, MemberName name) {
    for (int c = owner; c >= 0; c = superclass(c)) {
      int found = declaredIn(c, name);
      if (found >= 0) {
        return found;
      }
    }
    return -1;
  }

  /// Returns a method of the superinterfaces that no other one overrides, if possible with code.
  private int inSuperinterfaces(int owner, MemberName name) {
    int best = -1;
    for (int superinterface : superinterfaces(owner)) {
      int found = declaredIn(superinterface, name);
      if (found >= 0 && isVirtual(found) && (best < 0 || isBetter(found, best))) {
        best = found;
      }
    }
    return best;
  }

  private boolean isBetter(int method, int best) {
    int owner = program.memberOwner(method);
    int bestOwner = program.memberOwner(best);
    if (superinterfaces(bestOwner).contains(owner)) {
      return false;
    }
    return superinterfaces(owner).contains(bestOwner) || (isAbstract(best) && !isAbstract(method));
  }

  /// Finds `invokeExact`, `compareAndSet` and the like, which take what types the caller says.
  private int signaturePolymorphic(int owner, MemberName name) {
    CodeClass declaration = program.findClass(owner);
    String className = program.className(owner);
    if (declaration != null
        && (className.equals("java.lang.invoke.MethodHandle")
            || className.equals("java.lang.invoke.VarHandle"))) {
      int wanted = VARARGS | Modifier.NATIVE;
      for (int method : declaration.members()) {
        if (program.member(method).name().equals(name.name())
            && (program.memberModifiers(method) & wanted) == wanted) {
          return method;
        }
      }
    }
    return -1;
  }

  private int declaredIn(int owner, MemberName name) {
    return program.findDeclared(
        new MemberName(program.className(owner), name.name(), name.descriptor()));
  }

  private int superclass(int index) {
    CodeClass declaration = program.findClass(index);
    if (declaration != null) {
      return declaration.superclass();
    }
    return program.className(index).endsWith("[]") ? object : -1;
  }

  /// Returns all interfaces of a class, direct and inherited, without the class itself.
  private IntLinkedOpenHashSet superinterfaces(int index) {
    IntLinkedOpenHashSet known = superinterfaces[index];
    if (known != null) {
      return known;
    }
    var found = new IntLinkedOpenHashSet(2);
    superinterfaces[index] = found;
    CodeClass declaration = program.findClass(index);
    if (declaration != null) {
      for (int superinterface : declaration.interfaces()) {
        found.add(superinterface);
        found.addAll(superinterfaces(superinterface));
      }
      if (declaration.superclass() >= 0) {
        found.addAll(superinterfaces(declaration.superclass()));
      }
    }
    return found;
  }

  private boolean isAbstract(int method) {
    return Modifier.isAbstract(program.memberModifiers(method));
  }

  /// Returns whether calls of a method are dispatched.
  private boolean isVirtual(int member) {
    MemberName name = program.member(member);
    return name.isMethod()
        && !name.name().startsWith("<")
        && (program.memberModifiers(member) & (Modifier.STATIC | Modifier.PRIVATE)) == 0;
  }

  /// Returns whether a method may be overridden in a class that inherits from its owner.
  private boolean isOverridable(int method, CodeClass inheritor) {
    if (!isVirtual(method)) {
      return false;
    }
    if ((program.memberModifiers(method) & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
      return true;
    }
    CodeClass owner = program.findClass(program.memberOwner(method));
    return owner != null && owner.packageIndex() == inheritor.packageIndex();
  }
}
