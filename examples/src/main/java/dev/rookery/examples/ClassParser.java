package dev.rookery.examples;

import dev.rookery.examples.ParsedClass.ParsedMember;
import dev.rookery.examples.ParsedClass.Use;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.DebugElementsOption;
import java.lang.classfile.ClassFile.LineNumbersOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads class files with the class-file API of the JDK: declarations, and who calls, reads and
/// writes what.
///
/// `invokedynamic` is not counted as a call, because it names no method but a recipe for one.
/// Nothing is resolved: targets are named as the instructions name them. Stateless.
final class ClassParser {

  private static final ClassFile CLASS_FILE =
      ClassFile.of(
          DebugElementsOption.DROP_DEBUG,
          LineNumbersOption.DROP_LINE_NUMBERS,
          StackMapsOption.DROP_STACK_MAPS);

  private final String owner;
  private final Map<MemberRefEntry, MemberName> names = new HashMap<>();

  private ClassParser(String owner) {
    this.owner = owner;
  }

  /// Parses one class file.
  ///
  /// @throws IllegalArgumentException if it is malformed
  static ParsedClass parse(int module, byte[] classFile) {
    ClassModel model = CLASS_FILE.parse(classFile);
    String name = nameOf(model.thisClass());
    return new ParsedClass(
        module,
        name,
        model.flags().flagsMask(),
        model.superclass().map(ClassParser::nameOf).orElse(null),
        model.interfaces().stream().map(ClassParser::nameOf).toList(),
        new ClassParser(name).members(model));
  }

  private List<ParsedMember> members(ClassModel model) {
    List<ParsedMember> members = new ArrayList<>(model.fields().size() + model.methods().size());
    for (FieldModel field : model.fields()) {
      var name =
          new MemberName(owner, field.fieldName().stringValue(), field.fieldType().stringValue());
      members.add(new ParsedMember(name, field.flags().flagsMask(), List.of()));
    }
    for (MethodModel method : model.methods()) {
      var name =
          new MemberName(
              owner, method.methodName().stringValue(), method.methodType().stringValue());
      List<Use> uses = method.code().map(this::uses).orElse(List.of());
      members.add(new ParsedMember(name, method.flags().flagsMask(), uses));
    }
    return members;
  }

  private List<Use> uses(CodeModel code) {
    Map<Target, Integer> counts = new LinkedHashMap<>();
    code.forEach(element -> {
      switch (element) {
        case InvokeInstruction call ->
            counts.merge(new Target(UseKind.CALLS, nameOf(call.method())), 1, Integer::sum);
        case FieldInstruction access ->
            counts.merge(
                new Target(kindOf(access.opcode()), nameOf(access.field())), 1, Integer::sum);
        default -> {}
      }
    });
    List<Use> uses = new ArrayList<>(counts.size());
    counts.forEach((target, count) -> uses.add(new Use(target.kind, target.name, count)));
    return uses;
  }

  private static UseKind kindOf(Opcode access) {
    return access == Opcode.GETFIELD || access == Opcode.GETSTATIC ? UseKind.READS : UseKind.WRITES;
  }

  private MemberName nameOf(MemberRefEntry entry) {
    return names.computeIfAbsent(
        entry,
        e -> new MemberName(nameOf(e.owner()), e.name().stringValue(), e.type().stringValue()));
  }

  private static String nameOf(ClassEntry entry) {
    String internalName = entry.asInternalName();
    if (internalName.charAt(0) == '[') {
      return arrayName(ClassDesc.ofDescriptor(internalName));
    }
    return internalName.replace('/', '.');
  }

  private static String arrayName(ClassDesc type) {
    ClassDesc component = type.componentType();
    if (component != null) {
      return arrayName(component) + "[]";
    }
    String descriptor = type.descriptorString();
    return type.isPrimitive()
        ? type.displayName()
        : descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
  }

  private record Target(UseKind kind, MemberName name) {}
}
