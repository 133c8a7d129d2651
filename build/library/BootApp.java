package shop;

import java.util.Map;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/// The same in a Spring Boot application, beside its Jackson.
@SpringBootApplication
public class BootApp {
  /// Starts it.
  public static void main(String[] args) {
    SpringApplication.run(BootApp.class, args);
  }

  /// Runs the application with Spring's JSON at work beside it.
  @Bean
  public CommandLineRunner recognize(JACKSON mapper) {
    return args -> {
      System.out.println(mapper.writeValueAsString(Map.of("json", true)));
      App.main(args);
    };
  }
}
